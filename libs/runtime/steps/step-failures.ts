/** What a task remembers of its steps that threw, from one start to the next: which frames to take singly, and what was found out about their rows. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position } from '#frame/lineage';
import type { InputFrame } from '#frame/step';
import {
  beginNarrowing,
  learn,
  type Narrowing,
  nextTrial,
  type Outcome,
  type RowRange,
  type Trial,
} from '../care/narrowing.js';
import { errorOf, isOurs, placesOf, reasonOf } from '../ground/safe-error.js';

/** A step threw. Its state may be half changed: the task must start again by reading. The message has nothing of the data. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly #said: string;

  /** @param thrown what the step threw; of foreign errors only the places of the stack are told, for a message may quote the data */
  constructor(what: string, thrown: unknown) {
    const error = errorOf(thrown);
    const { name, message } = error;
    super(`the step failed on ${what} (${isOurs(error) ? `${name}: ${reasonOf(error)}` : name})`);
    this.#said = message;
    this.stack = [`${this.name}: ${this.message}`, ...placesOf(error).map((place) => `    ${place}`)].join('\n');
  }

  /** First line of the message of what was thrown: for quarantine, where the data is too. */
  get said(): string {
    return this.#said.split('\n')[0]!;
  }
}

/** What is known of one frame. */
interface Suspect {
  narrowing: Narrowing;
  /** Of the last failure in earnest; has nothing of the data. */
  told: string;
}

export class StepFailures {
  /** Through here frames are taken one by one, by input: a batch has failed, and the guilty rows are looked for. */
  #through: number[] = [];
  /** By lineage hash of the frame. */
  readonly #suspects = new Map<string, Suspect>();

  /** A batch was too much: its frames shall come one by one. */
  takeSingly(frames: readonly InputFrame[]): void {
    for (const { input, seq } of frames) this.#through[input] = Math.max(this.#through[input] ?? 0, seq);
  }

  /** Call when a step threw on new frames. */
  failed(frames: readonly InputFrame[], { message }: StepError): void {
    this.takeSingly(frames);
    const suspect = frames.length === 1 ? this.#suspects.get(frames[0]!.hash) : undefined;
    if (suspect)
      Object.assign(suspect, { narrowing: learn(suspect.narrowing, { kind: 'failed', said: message }), told: message });
  }

  /** Whether the next frame behind `positions` must be taken alone. */
  isCareful(positions: readonly Position[]): boolean {
    if (this.#through.some((seq, input) => positions[input]!.seq < seq)) return true;
    this.#through = [];
    this.#suspects.clear();
    return false;
  }

  /**
   * What to do with a frame that is taken alone. Rows are tried one range a turn of the event loop, so heartbeats go on meanwhile.
   * @param rows of the frame that the step works on @param tryRows runs the step on some of them, and throws its output away
   */
  async narrow(
    { hash }: InputFrame,
    rows: number,
    tryRows: (range: RowRange) => Promise<Outcome>,
    stop: AbortSignal,
  ): Promise<Exclude<Trial, { kind: 'rows' }> & { told: string }> {
    const suspect = this.#suspects.get(hash) ?? { narrowing: beginNarrowing(rows), told: '' };
    this.#suspects.set(hash, suspect);
    for (let trial = nextTrial(suspect.narrowing); ; trial = nextTrial(suspect.narrowing)) {
      if (trial.kind !== 'rows') return { ...trial, told: suspect.told };
      suspect.narrowing = learn(suspect.narrowing, await tryRows(trial));
      await nextTurn();
      stop.throwIfAborted();
    }
  }
}
