/** The session of a task between two logs: first what the last one left undone, then turn by turn: gather frames, step, append, trim. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position } from '#frame/lineage';
import { everyRow, type InputFrame } from '#frame/step';
import { pause } from '../ground/pause.js';
import type { EndReason } from '../ground/task-status.js';
import type { Waits } from '../ground/waits.js';
import { bytesOf, placeBefore } from '../logs/frame-batch.js';
import { readHeads } from '../logs/log-inputs.js';
import type { OpenOutput } from '../logs/open-log.js';
import { payloadLimits } from '../logs/payload-limits.js';
import { StepError } from '../steps/step-failures.js';
import { gather } from './gather.js';
import type { LogSession, LogWork } from './log-session.js';
import { LogSteps } from './log-steps.js';
import type { LogTools } from './log-tools.js';
import type { OpenedWork } from './open-work.js';
import { headBetweenSteps } from './output-head.js';
import { recordedSteps } from './resume.js';

const batchesInFlightMax = 2;
const drainLookMs = 500;

export class LogTurns implements LogSession {
  readonly #steps: LogSteps;

  private constructor(
    private readonly tools: LogTools,
    readonly work: LogWork,
    private readonly waits: Waits,
  ) {
    this.#steps = new LogSteps(tools, work);
  }

  /** Rebuilds the state, and ends the step in which the last session ended. */
  static async begin(
    tools: LogTools,
    opened: OpenedWork,
    output: OpenOutput,
    stop: AbortSignal,
    waits: Waits,
  ): Promise<LogTurns> {
    const session = new LogTurns(tools, opened.work, waits);
    try {
      await session.#begin(opened, output, stop);
      return session;
    } catch (error) {
      opened.work.inputs.close();
      // Frames of this session that still wait for their turn would be rivals of the next one's.
      await opened.work.writer.settle();
      throw error;
    }
  }

  /** The log is closed, so the task rests from now on. */
  get done(): boolean {
    return this.work.closed;
  }

  async turn(stop: AbortSignal): Promise<void> {
    const { work, tools } = this;
    const { config } = tools.context;
    if (work.failure) throw work.failure;
    if (!work.more) {
      // A task of all partitions goes on with those to come, of which this pipeline file may not know yet.
      if (work.inputs.ended && tools.spec.stage.per.partitioned) return this.#closeLog(stop);
      if (!work.inputs.ready) await work.inputs.waitForMore();
      // Whoever deleted the snapshot may also end this process: only until then is the state known.
      if (await this.waits.later('a look at the snapshot', () => work.snapshots.isLost()))
        await this.#drain(0, stop).then(() => this.#nameSnapshot());
      if (!work.inputs.ready) return this.#trim();
      await gather(work, config, stop);
    }
    await this.#drain(batchesInFlightMax * config.batchBytesMax, stop);
    if (work.snapshots.behind) await this.#drain(0, stop).then(() => this.#nameSnapshot());
    const isCareful = tools.failures.isCareful(work.inputs.positions);
    const startedMs = performance.now();
    const frames = work.more ? [] : work.inputs.take(isCareful ? 0 : config.batchBytesMax);
    if (work.more || frames.length > 0) await this.#try(frames, isCareful, stop);
    work.stepMs = performance.now() - startedMs;
    await this.#trim();
    await nextTurn();
  }

  /** Names a snapshot of the state as it is now, so that whoever runs the task next has nothing to replay. */
  async settle(stop: AbortSignal): Promise<void> {
    const { work } = this;
    if (work.closed || stop.reason !== ('released' satisfies EndReason)) return;
    work.writer.stopWaiting();
    await work.writer.drainTo(0);
    if (work.stepped && !work.failure) await this.#nameSnapshot();
  }

  async close(): Promise<void> {
    const { inputs, writer, snapshots } = this.work;
    inputs.close();
    this.tools.care?.end();
    await writer.settle();
    await snapshots.settle();
    this.tools.meter.lagOf(this.work);
  }

  wake(): void {
    this.work.inputs.wake();
  }

  onReconnect(): void {
    this.work.inputs.onReconnect();
  }

  async #begin({ resume, begins }: OpenedWork, { facts, last }: OpenOutput, stop: AbortSignal): Promise<void> {
    const { inputs } = this.work;
    const { context, traces } = this.tools;
    // Readers learn from it how far time has come.
    if (begins) await this.#appendBetweenSteps();
    await traces?.open(context.nats, facts, stop);
    // The rest of a step may find the log full: it must be trimmed before, or it never would be.
    await this.#trim();
    let cutFrames: InputFrame[] | undefined;
    if (resume.replayAfter && last)
      cutFrames = await this.#replay(
        { stream: facts.stream, created: facts.created, ...resume.replayAfter },
        last.seq,
        stop,
      );
    else if (resume.cut && last)
      cutFrames = await inputs.takeThrough(
        last.head.inputs.map((range) => range.last),
        stop,
      );
    // Half a step leaves its input needed: it may not be trimmed before the rest is stored.
    if (last && !cutFrames) this.#steps.remember(last.head.watermarkMs, last.head.idle, inputs.positions);
    if (cutFrames) await this.#steps.finish(cutFrames, resume.cut!.done, last!.head.refused ?? []);
  }

  /** Runs the steps again that own frames record, to rebuild the state. @returns the input of the last step if it was cut off */
  async #replay(after: Position, lastSeq: number, stop: AbortSignal): Promise<InputFrame[] | undefined> {
    const { inputs, snapshots } = this.work;
    const own = await readHeads(this.tools.context.nats, after, lastSeq, stop, this.waits);
    snapshots.saw(bytesOf(own.map(({ head }) => head)));
    for (const recorded of recordedSteps(own)) {
      const frames = await inputs.takeThrough(recorded.through, stop);
      if (!recorded.complete) return frames;
      if (!recorded.happened) continue;
      snapshots.saw(bytesOf(frames));
      await this.#steps.call(frames, { rowsDone: everyRow, refused: recorded.refused ?? [], reachedMs: null });
      await nextTurn();
    }
    if (own.length > 0) snapshots.replayed();
    return undefined;
  }

  /**
   * Steps over new frames, or over none to put out more. A batch on which the step has failed comes frame by frame: rows on which it fails are
   * refused, so that the partition goes on.
   */
  async #try(frames: readonly InputFrame[], isCareful: boolean, stop: AbortSignal): Promise<void> {
    const { context, trials, care, failures, meter } = this.tools;
    const refused = await trials.before(frames, isCareful, { ...payloadLimits(context), rowsDone: 0 }, stop);
    const step = (): Promise<void> => this.#steps.finish(frames, 0, refused);
    const suspect = care?.isSuspect ? care : undefined;
    try {
      await (suspect
        ? suspect.inEarnest(placeBefore(this.work.inputs.positions, frames), bytesOf(frames), () =>
            step().then(() => this.#drain(0, stop)),
          )
        : (care?.atWork(step) ?? step()));
    } catch (error) {
      if (error instanceof StepError) failures.failed(frames, error);
      throw error;
    }
    meter.refused(frames, refused);
  }

  /** Waits until at most `bytesMax` are in flight. A full log is trimmed meanwhile: nobody else does it. */
  async #drain(bytesMax: number, stop: AbortSignal): Promise<void> {
    const { writer } = this.work;
    while (writer.bytesInFlight > bytesMax && !stop.aborted) {
      await Promise.race([writer.drainTo(bytesMax), pause(drainLookMs, stop)]);
      await this.#trim();
    }
    if (stop.aborted) writer.stopWaiting();
    await writer.drainTo(bytesMax);
    if (this.work.failure) throw this.work.failure;
  }

  /** Takes a snapshot, and names it in a frame that a full log takes too: then all before it can be trimmed. */
  async #nameSnapshot(closed = false): Promise<void> {
    const { state, snapshots, writer, inputs } = this.work;
    if (!state && !closed) return;
    const taken = state === undefined || (await snapshots.take(state, writer.seq, writer.hash, [...inputs.positions]));
    if (closed && !taken)
      throw new Error(`${this.tools.spec.name}: its state is not stored, and the tasks that go on with it need it`);
    await this.#appendBetweenSteps(closed);
    snapshots.confirm(snapshots.pointer);
  }

  async #appendBetweenSteps(closed = false): Promise<void> {
    const { snapshots, writer, inputs, watermarkMs, more } = this.work;
    const { stored, context } = this.tools;
    await writer.append(
      headBetweenSteps(
        inputs.positions,
        snapshots.pointer,
        { watermarkMs, idle: stored?.idle ?? false, more, ...(closed && { closed }) },
        context.logic,
      ),
      [],
      true,
    ).stored;
  }

  /** All inputs have ended: so does the log, with a frame that names the state for the tasks of the next generation. */
  async #closeLog(stop: AbortSignal): Promise<void> {
    await this.#drain(0, stop);
    if (stop.aborted) return;
    await this.#nameSnapshot(true);
    this.work.closed = true;
  }

  async #trim(): Promise<void> {
    const { trimmer, stateful } = this.tools;
    const { snapshots } = this.work;
    await this.waits.later('trimming', () => trimmer.run(stateful ? (snapshots.durable?.at ?? 0) : undefined));
    await this.waits.later('sweeping', () => snapshots.sweep());
  }
}
