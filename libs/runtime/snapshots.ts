/** Snapshots of a task's state: stored as content-addressed objects, named by a later frame of the task. */
import { randomUUID } from 'node:crypto';
import type { Position } from '#frame/lineage';
import type { StatePointer } from '#frame/head';
import type { StageState } from '#frame/step';
import type { RuntimeContext } from './context.js';
import type { SnapshotFacts } from './resume.js';

export interface Snapshot {
  readonly facts: SnapshotFacts;
  readonly parts: readonly Uint8Array[];
}

export async function loadSnapshot(context: RuntimeContext, pointer: StatePointer): Promise<Snapshot | undefined> {
  const stored = await context.objects.getParts<SnapshotFacts>(pointer.object);
  return stored && { facts: stored.facts, parts: stored.parts };
}

/** A snapshot is due when this share of a log has been read since the last one. */
const LOG_SHARE_MAX = 0.2;

interface Taken {
  readonly pointer: StatePointer;
  readonly facts: SnapshotFacts;
}

/** Takes a snapshot now and then, uploads it in the background, and offers it to the next frame. */
export class Snapshotter {
  /** Objects of one session stand under a prefix of their own, so that an owner who lost the task cannot delete its successor's. */
  readonly #prefix: string;
  #takenMs: number;
  #bytesSince = 0;
  #uploading: Promise<void> | undefined;
  /** Uploaded; the next frame will carry its pointer. */
  #newest: Taken | undefined;
  /** Named by a frame that is stored: recovery starts here. */
  #durable: Taken | undefined;
  #swept: string | undefined;
  #sweptOthers = false;

  constructor(private readonly context: RuntimeContext, private readonly task: string, pointer: StatePointer | undefined, facts: SnapshotFacts | undefined) {
    this.#prefix = `${task}.${randomUUID().slice(0, 8)}`;
    this.#takenMs = context.now();
    this.#newest = this.#durable = pointer && facts && { pointer, facts };
    this.#swept = pointer?.object;
  }

  /** Counts what the task has read or written without a snapshot. */
  saw(bytes: number): void {
    this.#bytesSince += bytes;
  }

  /**
   * Whether the task has run so far ahead of its last snapshot that it must have another one named before it goes on: a log that is
   * full of frames behind its last snapshot could not be trimmed, ever.
   */
  get behind(): boolean {
    return this.#bytesSince >= this.#bytesMax;
  }

  get #bytesMax(): number {
    return this.context.config.logBytesMax * LOG_SHARE_MAX;
  }

  /** Call after a step whose last frame is `at` and that read or wrote `bytes`: serializes the state when it is time. */
  offer(state: StageState, at: number, atHash: string, positions: readonly Position[], bytes: number): void {
    this.saw(bytes);
    // What was read and written since the last snapshot cannot be trimmed: a snapshot in time keeps busy logs from filling up.
    const due = this.context.now() - this.#takenMs >= this.context.config.snapshotEveryMs || this.#bytesSince >= this.#bytesMax;
    if (!due || this.#uploading || this.#newest !== this.#durable) return;
    void this.#start(state, { at, atHash, positions: [...positions] });
  }

  /** Takes one now, whether it is time or not, and waits until it is uploaded. */
  async take(state: StageState, at: number, atHash: string, positions: readonly Position[]): Promise<void> {
    await this.settle();
    await this.#start(state, { at, atHash, positions: [...positions] });
  }

  #start(state: StageState, facts: SnapshotFacts): Promise<void> {
    this.#takenMs = this.context.now();
    this.#bytesSince = 0;
    this.context.crash('task.before-snapshot');
    this.#uploading = this.#upload(state.snapshot(), facts).finally(() => (this.#uploading = undefined));
    return this.#uploading;
  }

  /** The pointer for the next frame: the newest uploaded snapshot. */
  get pointer(): StatePointer | undefined {
    return this.#newest?.pointer;
  }

  /** Call when a frame that carried `pointer` is stored. */
  confirm(pointer: StatePointer | undefined): void {
    if (pointer && pointer === this.#newest?.pointer) this.#durable = this.#newest;
  }

  /** The snapshot that recovery would start from. */
  get durable(): SnapshotFacts | undefined {
    return this.#durable?.facts;
  }

  async settle(): Promise<void> {
    await this.#uploading;
  }

  /**
   * Deletes the objects that only older snapshots of this task needed, those of earlier sessions too. Whoever wrote before the snapshot that counts
   * has lost the task: the frame that names it has closed the fence behind all older sessions, so nobody will ever name their objects.
   */
  async sweep(): Promise<void> {
    const durable = this.#durable?.pointer.object;
    if (durable === undefined || durable === this.#swept || this.#uploading || this.#newest !== this.#durable) return;
    await this.context.objects.sweep(this.#prefix, [durable]);
    if (!this.#sweptOthers) await this.context.objects.sweepBefore(durable, `${this.task}.*.*`, this.#prefix);
    this.#sweptOthers = true;
    this.#swept = durable;
  }

  async #upload(parts: readonly Uint8Array[], facts: SnapshotFacts): Promise<void> {
    try {
      const object = await this.context.objects.putParts(this.#prefix, parts, facts);
      this.#newest = { pointer: { object, at: facts.at }, facts };
      this.context.crash('task.after-snapshot');
    } catch (error) {
      // A snapshot only shortens recovery; the next one may succeed.
      this.context.metrics.snapshotFailed(this.task);
      this.context.log.warn({ task: this.task, err: error }, 'snapshot not stored');
    }
  }
}
