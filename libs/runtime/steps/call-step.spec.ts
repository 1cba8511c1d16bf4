/** A saved state that takes long to take up does not keep the process from anything else. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Step } from '#frame/step';
import { callStep } from './call-step.js';

const limits = { frameBytesMax: 1, payloadBytesMax: 1, rowsDone: 0 };
interface State {
  readonly pieces: number;
  snapshot(): Uint8Array[];
}

function stepOf(pieces: number): Step<State> {
  const stateOf = (done: number): State => ({ pieces: done, snapshot: () => [] });
  const step: Step<State> = ({ state, saved }) => ({
    state: state ?? stateOf(saved ? -1 : 0),
    output: [],
    rowsAll: 1,
    watermarkMs: null,
    idle: false,
  });
  return Object.assign(step, {
    *restore(saved: readonly Uint8Array[]) {
      for (let piece = 0; piece < pieces; piece++) yield undefined;
      return stateOf(saved.length + pieces);
    },
  });
}

test('other work goes on between the pieces of a saved state', async () => {
  let turns = 0;
  let over = false;
  const other = (async () => {
    while (!over) {
      await nextTurn();
      turns++;
    }
  })();
  const { state } = await callStep(stepOf(20), { frames: [], state: undefined, saved: [new Uint8Array(1)], limits });
  over = true;
  await other;
  expect(state.pieces).toBe(21);
  expect(turns).toBeGreaterThanOrEqual(20);
});

test('a step without a saved state, or without pieces, is just called', async () => {
  expect((await callStep(stepOf(3), { frames: [], state: undefined, limits })).state.pieces).toBe(0);
  const whole: Step<State> = (request) => stepOf(3)(request);
  expect((await callStep(whole, { frames: [], state: undefined, saved: [], limits })).state.pieces).toBe(-1);
});
