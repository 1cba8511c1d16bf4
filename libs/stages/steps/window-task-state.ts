/** What a window or merge task keeps between steps: its windows, and what its inputs say about time. */
import {
  type Inheritance,
  type InputFrame,
  isInheritance,
  later,
  type Pieces,
  type Saved,
  type StageState,
} from '#frame/step';
import { hashSeed } from '#windows/keys/keyed-hash';
import type { WindowSpec } from '#windows/spec/window-spec';
import { restore, snapshot } from '#windows/state/snapshot';
import { type FormerWindows, WindowState } from '#windows/state/state';

/** Time at one input of a task. */
export interface InputClock {
  readonly watermarkMs: number | null;
  readonly idle: boolean;
  /** Nothing will come any more. */
  readonly closed?: boolean;
}

interface SavedClocks {
  readonly clocks: InputClock[];
  readonly publishedMs: number | null;
  /** Windows of others, and of how many parts, behind the own ones. */
  readonly former?: ReadonlyArray<{ readonly task: string; readonly ago?: number; readonly parts: number }>;
}

const noTime: InputClock = { watermarkMs: null, idle: false };

export class WindowTaskState implements StageState {
  /** Watermark up to which all is published. */
  publishedMs: number | null = null;

  private constructor(
    readonly windows: WindowState,
    readonly clocks: InputClock[],
  ) {}

  /** @param frames of the first step: their lineage keys the hashes, because it is the same in every replay, and producers cannot see it */
  static begin(spec: WindowSpec, inputs: number, [first]: readonly InputFrame[]): WindowTaskState {
    return new WindowTaskState(
      new WindowState(spec, hashSeed(first!.hash)),
      Array.from({ length: inputs }, () => noTime),
    );
  }

  /** @param inputs how many the task has by now: they may be more than it had */
  static *restore(saved: Saved, spec: WindowSpec, inputs: number): Pieces<WindowTaskState> {
    if (isInheritance(saved)) return yield* WindowTaskState.#inherit(saved, spec, inputs);
    const state = WindowTaskState.#read(saved, spec);
    while (state.clocks.length < inputs) state.clocks.push(noTime);
    for (const table of state.windows.windows.values()) {
      for (const shard of table.shards()) {
        shard.load();
        yield;
      }
    }
    return state;
  }

  /** Windows of others are decoded where they are needed, key by key. */
  static #read([head, ...parts]: readonly Uint8Array[], spec: WindowSpec): WindowTaskState {
    const { clocks, publishedMs, former = [] } = JSON.parse(Buffer.from(head!).toString()) as SavedClocks;
    let at = parts.length - former.reduce((sum, one) => sum + one.parts, 0);
    const state = new WindowTaskState(restore(parts.slice(0, at), spec), clocks);
    state.publishedMs = publishedMs;
    state.windows.former = former.map((one) => {
      const saved = parts.slice(at, at + one.parts);
      at += one.parts;
      return { task: one.task, ago: one.ago ?? 1, state: restore(saved, spec) };
    });
    return state;
  }

  /** Begins where others have ended, at the latest of their times. What two of them took from the same task is kept once. */
  static *#inherit({ predecessors }: Inheritance, spec: WindowSpec, inputs: number): Pieces<WindowTaskState> {
    const windows = new WindowState(spec, hashSeed(predecessors[0]!.hash));
    const state = new WindowTaskState(
      windows,
      Array.from({ length: inputs }, () => noTime),
    );
    const former = new Map<string, FormerWindows>();
    const before = predecessors.map(({ task, parts }) => ({ task, was: WindowTaskState.#read(parts, spec) }));
    for (const { task, was } of before) {
      former.set(task, { task, ago: 1, state: was.windows });
      if (was.windows.layout) windows.setTypes(was.windows.layout.types);
      windows.purgedStartMs = Math.max(windows.purgedStartMs, was.windows.purgedStartMs);
      state.publishedMs = later(state.publishedMs, was.publishedMs);
      for (const [input, clock] of state.clocks.entries())
        state.clocks[input] = { ...clock, watermarkMs: later(clock.watermarkMs, was.clocks[input]!.watermarkMs) };
      yield;
    }
    for (const { was } of before)
      for (const { task, ago, state: older } of was.windows.former)
        former.set(task, { task, ago: ago + 1, state: older });
    // One that has kept a key of an older generation as it was must not stand before one that went on with it.
    windows.former = [...former.values()].sort((one, other) => one.ago - other.ago);
    windows.purgeFormer();
    return state;
  }

  get remembered() {
    return this.windows.size;
  }

  *snapshot(): Generator<Uint8Array> {
    const { clocks, publishedMs, windows } = this;
    const former = windows.former.map(({ task, ago, state }) => ({ task, ago, parts: [...snapshot(state)] }));
    const head: SavedClocks = {
      clocks,
      publishedMs,
      ...(former.length > 0 && { former: former.map(({ task, ago, parts }) => ({ task, ago, parts: parts.length })) }),
    };
    yield Buffer.from(JSON.stringify(head));
    yield* snapshot(windows);
    for (const { parts } of former) yield* parts;
  }
}
