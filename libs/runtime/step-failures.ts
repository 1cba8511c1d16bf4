/** What a task remembers of its steps that threw, from one start to the next: which frames to take singly, and which to refuse. */
import type { Position } from '#frame/lineage';
import type { InputFrame } from '#frame/step';
import { errorOf, placesOf } from './tellable-error.js';

/** A frame is refused when the step has thrown on it alone so many times. */
export const attemptsMax = 3;

/** A step threw. Its state may be half changed: the task must start again by reading. The message has nothing of the data. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly #said: string;

  /** @param thrown what the step threw; only the places of its stack are told, for its message may quote the data */
  constructor(what: string, thrown: unknown) {
    const error = errorOf(thrown);
    const { name, message } = error;
    super(`the step failed on ${what} (${name})`);
    this.#said = message;
    this.stack = [`${this.name}: ${this.message}`, ...placesOf(error).map((place) => `    ${place}`)].join('\n');
  }

  /** First line of the message of what was thrown: for quarantine, where the data is too. */
  get said(): string {
    return this.#said.split('\n')[0]!;
  }
}

export class StepFailures {
  /** Through here frames are taken one by one, by input: a batch has failed, and the guilty frame is looked for. */
  #through: number[] = [];
  /** By lineage hash of the frame. */
  readonly #alone = new Map<string, { attempts: number; said: string }>();

  /** Call when a step threw on a batch of new frames. */
  failed(frames: readonly InputFrame[], { said }: StepError): void {
    for (const { input, seq } of frames) this.#through[input] = Math.max(this.#through[input] ?? 0, seq);
    const [only] = frames;
    if (only && frames.length === 1) this.#alone.set(only.hash, { attempts: (this.#alone.get(only.hash)?.attempts ?? 0) + 1, said });
  }

  /** Whether the next frame behind `positions` must be taken alone. */
  isCareful(positions: readonly Position[]): boolean {
    if (this.#through.some((seq, input) => positions[input]!.seq < seq)) return true;
    this.#through = [];
    this.#alone.clear();
    return false;
  }

  /** Why the rows of these frames must be refused; undefined: the step may try them. */
  refusal([first, ...more]: readonly InputFrame[]): string | undefined {
    const known = first && more.length === 0 ? this.#alone.get(first.hash) : undefined;
    return known && known.attempts >= attemptsMax ? known.said : undefined;
  }
}
