/** Snapshots of a task's state: stored as content-addressed objects, named by a later frame of the task. */
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StatePointer } from '#frame/head';
import type { Position } from '#frame/lineage';
import type { StageState } from '#frame/step';
import type { ObjectShelf } from '#nats/buckets/object-shelf';
import { isFull } from '#nats/ground/limit-reached';
import { StreamSetupError } from '#nats/ground/stream-setup-error';
import type { RuntimeContext } from '../cluster/context.js';
import type { Waits } from '../ground/waits.js';
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
const logShareMax = 0.2;
/** The next one begins no sooner than so many times as long as the last one took: a large state of which everything changes would be stored all the time. */
const pauseOfOne = 20;
/** After a replay, the first one waits so long. */
const catchUpMs = 2_000;
/** Looking for a snapshot costs as much as taking a small one: of so many that could be taken, one is looked for. */
const snapshotsPerLook = 3;
/** The parts of a large state are made in so many ms at a time: heartbeats and other tasks want their turn too. */
const partsMsMax = 20;
/** Snapshots that have failed for so long show as a wait. */
const failingMsMax = 60_000;

interface Taken {
  readonly pointer: StatePointer;
  readonly facts: SnapshotFacts;
}

/** Takes a snapshot now and then, uploads it in the background, and offers it to the next frame. */
export class Snapshotter {
  /** Objects of one session stand under a prefix of their own, so that an owner who lost the task cannot delete its successor's. */
  readonly #prefix: string;
  readonly #shelf: ObjectShelf;
  #takenMs: number;
  /** When the snapshot that counts was last looked for, epoch ms. */
  #lookedMs: number;
  /** How long the last one took until it was stored. */
  #tookMs = 0;
  #bytesSince = 0;
  #uploading: Promise<void> | undefined;
  /** Uploaded; the next frame will carry its pointer. */
  #newest: Taken | undefined;
  /** Named by a frame that is stored: recovery starts here. */
  #durable: Taken | undefined;
  #swept: string | undefined;
  #sweptOthers = false;
  /** Since when each one has failed, epoch ms. */
  #failingSinceMs: number | undefined;

  constructor(
    private readonly context: RuntimeContext,
    private readonly task: string,
    pointer: StatePointer | undefined,
    facts: SnapshotFacts | undefined,
    private readonly waits?: Waits,
  ) {
    this.#prefix = `${task}.${randomUUID().slice(0, 8)}`;
    this.#shelf = context.objects.shelf(this.#prefix);
    this.#takenMs = context.now();
    this.#lookedMs = this.#takenMs;
    this.#newest = pointer && facts && { pointer, facts };
    this.#durable = this.#newest;
    this.#swept = pointer?.object;
  }

  /** Call when a session has replayed: the next one need not, should this one be short, too. What has come in meanwhile goes first. */
  replayed(): void {
    this.#takenMs = Math.min(this.#takenMs, this.context.now() + catchUpMs - this.context.config.snapshotEveryMs);
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
    return this.context.config.logBytesMax * logShareMax;
  }

  /**
   * Call after a step whose last frame is `at` and that read or wrote `bytes`: serializes the state when it is time, which takes several turns of the
   * event loop when it is large. No step may run until then; the upload goes on behind its back.
   */
  async offer(
    state: StageState,
    at: number,
    atHash: string,
    positions: readonly Position[],
    bytes: number,
  ): Promise<void> {
    this.saw(bytes);
    // What was read and written since the last snapshot cannot be trimmed: a snapshot in time keeps busy logs from filling up.
    const everyMs = Math.max(this.context.config.snapshotEveryMs, pauseOfOne * this.#tookMs);
    const due = this.context.now() - this.#takenMs >= everyMs || this.#bytesSince >= this.#bytesMax;
    if (!due || this.#uploading || this.#newest !== this.#durable) return;
    await this.#start(state, { at, atHash, positions: [...positions] });
  }

  /** Whether others have deleted the snapshot that recovery would start from. */
  async isLost(): Promise<boolean> {
    const nowMs = this.context.now();
    const object = this.#durable?.pointer.object;
    const lookEveryMs = snapshotsPerLook * this.context.config.snapshotEveryMs;
    if (object === undefined || this.#uploading || nowMs - this.#lookedMs < lookEveryMs) return false;
    this.#lookedMs = nowMs;
    return !(await this.context.objects.stands(object));
  }

  /** Takes one now, whether it is time or not. @returns when it is uploaded, whether it could be */
  async take(state: StageState, at: number, atHash: string, positions: readonly Position[]): Promise<boolean> {
    await this.settle();
    await this.#start(state, { at, atHash, positions: [...positions] });
    await this.settle();
    return this.#newest?.facts.at === at;
  }

  /** Resolves when the state is serialized. */
  async #start(state: StageState, facts: SnapshotFacts): Promise<void> {
    this.#takenMs = this.context.now();
    this.#bytesSince = 0;
    this.context.crash('task.before-snapshot');
    const parts = await partsOf(state);
    this.#uploading = this.#upload(parts, facts).finally(() => (this.#uploading = undefined));
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
    await this.#shelf.sweep(durable);
    if (!this.#sweptOthers) await this.context.objects.sweepBefore(durable, `${this.task}.*.*`, this.#prefix);
    this.#sweptOthers = true;
    this.#swept = durable;
  }

  async #upload(parts: readonly Uint8Array[], facts: SnapshotFacts): Promise<void> {
    try {
      const object = await this.#shelf.put(parts, facts);
      this.#newest = { pointer: { object, at: facts.at }, facts };
      this.#tookMs = this.context.now() - this.#takenMs;
      this.#failingSinceMs = undefined;
      this.waits?.works('snapshot');
      this.context.crash('task.after-snapshot');
    } catch (error) {
      // A snapshot only shortens recovery; the next one may succeed. A quiet task takes no other, so one failure must not look like a wait.
      this.#failingSinceMs ??= this.context.now();
      const isLasting =
        error instanceof StreamSetupError || isFull(error) || this.context.now() - this.#failingSinceMs >= failingMsMax;
      if (isLasting) this.waits?.fails('snapshot', error);
      this.context.metrics.snapshotFailed(this.task);
      this.context.log.warn({ task: this.task, err: error }, 'snapshot not stored');
    }
  }
}

async function partsOf(state: StageState): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let turnMs = performance.now();
  for (const part of state.snapshot()) {
    parts.push(part);
    if (performance.now() - turnMs < partsMsMax) continue;
    await nextTurn();
    turnMs = performance.now();
  }
  return parts;
}
