/** The loop that every task between two logs runs: take frames, step, append, and on any doubt start again by reading. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { streamOf, subjectOf } from '#frame/log-name';
import type { Position } from '#frame/lineage';
import type { InputFrame, StageState, Step, StepRequest, StepResult } from '#frame/step';
import { ensureLog, frameAt, newestFrame } from '#nats/streams';
import { LogWriter } from '#nats/log-writer';
import { holdsEvents } from '#stages/refuse-frame';
import type { LogTaskSpec } from '#stages/topology';
import type { RuntimeContext } from './context.js';
import { bytesOf, firstSeqs } from './frame-batch.js';
import { HaltError, LogInputs, readHeads } from './log-inputs.js';
import type { LogSession } from './log-session.js';
import { StepTraces } from './log-traces.js';
import { outputHead, snapshotHead, type StepFacts } from './output-head.js';
import { pause } from './pause.js';
import { payloadLimits } from './payload-limits.js';
import { decideResume, recordedSteps } from './resume.js';
import { runStep } from './run-step.js';
import { loadSnapshot, Snapshotter } from './snapshots.js';
import { StepError, StepFailures } from './step-failures.js';
import { TaskMeter } from './task-meter.js';
import type { EndReason, Measures, Runnable, TaskStatus } from './task-status.js';
import { Trimmer } from './trimmer.js';

const BATCHES_IN_FLIGHT_MAX = 2;
const DRAIN_LOOK_MS = 500;
/** A step is followed by a pause of so many times its own length, within the bound. */
const LINGER_STEPS = 25;
const LINGER_MS_MAX = 500;

/** How the runtime calls a stage: through Nest, hence the promise. */
export type StepCall = (request: StepRequest<StageState | undefined>) => Promise<StepResult<StageState | undefined>>;

export class LogTask implements Runnable {
  readonly name: string;
  #stored: { positions: readonly Position[]; watermarkMs: number | null; idle: boolean; safe: readonly Position[] } | undefined;
  #session: LogSession | undefined;
  readonly #trimmer: Trimmer;
  readonly #failures = new StepFailures();
  readonly #meter: TaskMeter;
  /** Undefined when nothing is traced. */
  readonly #traces: StepTraces | undefined;

  /** @param stateful whether the stage keeps state between steps, so that recovery replays what the last snapshot does not hold */
  constructor(
    private readonly context: RuntimeContext,
    private readonly spec: LogTaskSpec,
    private readonly stateful: boolean,
    private readonly step: StepCall,
  ) {
    this.name = spec.name;
    this.#trimmer = new Trimmer(context, spec.output);
    this.#meter = new TaskMeter(context, spec);
    this.#traces = StepTraces.of(context.tracing, spec, context.topology);
  }

  async run(stop: AbortSignal): Promise<void> {
    this.#meter.begin();
    const session = await this.#open(stop);
    this.#session = session;
    const wake = () => session.inputs.wake();
    stop.addEventListener('abort', wake);
    try {
      while (!stop.aborted) await this.#advance(session, stop);
      if (stop.reason === ('released' satisfies EndReason)) await this.#handOver(session);
    } finally {
      stop.removeEventListener('abort', wake);
      session.inputs.close();
      await session.writer.settle();
      await session.snapshots.settle();
      this.#meter.lagOf(session);
      this.#session = undefined;
    }
  }

  status(): Omit<TaskStatus, 'owner' | 'state' | 'reason' | 'updatedMs'> {
    const stored = this.#stored;
    return {
      task: this.name,
      inputs: (stored?.positions ?? []).map(({ stream, created, seq }, i) => ({ stream, created, position: seq, safe: stored!.safe[i]?.seq ?? 0 })),
      watermarkMs: stored?.watermarkMs ?? null,
      idle: stored?.idle ?? false,
      waiting: this.#session?.inputs.waiting ?? 0,
    };
  }

  measure(): Measures {
    return { lag: this.#meter.lagOf(this.#session), streams: this.#trimmer.fill };
  }

  onReconnect(): void {
    this.#session?.inputs.onReconnect();
  }

  async #open(stop: AbortSignal): Promise<LogSession> {
    const { nats, config } = this.context;
    const settings = { bytesMax: config.logBytesMax, replicas: config.streamReplicas };
    const output = streamOf(this.spec.output);
    const subject = subjectOf(this.spec.output);
    const outputFacts = await ensureLog(nats, output, [subject], settings);
    const last = await newestFrame(nats, outputFacts, subject);
    const pointer = last?.head.state;
    const snapshot = pointer && (await loadSnapshot(this.context, pointer));
    if (pointer && !snapshot) throw new HaltError(`${this.name}: its state snapshot ${pointer.object} is missing from the objects bucket`);
    const inputs = await Promise.all(this.spec.inputs.map((log) => ensureLog(nats, streamOf(log), [subjectOf(log)], settings)));
    const first = this.stateful && last && !snapshot ? await frameAt(nats, output, outputFacts.firstSeq) : undefined;
    const resume = decideResume({ inputs, first: first?.head, last, snapshot: snapshot?.facts, stateful: this.stateful });
    if (resume.kind === 'halt') throw new HaltError(resume.reason);
    const session: LogSession = {
      inputs: new LogInputs(nats, resume.from, config.batchBytesMax, { onTaken: this.#meter.taken }),
      writer: new LogWriter(nats, output, subject, last, outputFacts.lastSeq, this.#meter.appends),
      snapshots: new Snapshotter(this.context, this.name, pointer, snapshot?.facts),
      state: undefined,
      saved: snapshot?.parts,
      watermarkMs: last?.head.watermarkMs ?? null,
      stepped: false,
      stepMs: 0,
      unstoredMs: [],
      failure: undefined,
    };
    try {
      await this.#traces?.open(nats, outputFacts, stop);
      // The rest of a step may find the log full: it must be trimmed before, or it never would be.
      await this.#trim(session);
      let cutFrames: InputFrame[] | undefined;
      if (resume.replayAfter && last) cutFrames = await this.#replay(session, { stream: output, created: outputFacts.created, ...resume.replayAfter }, last.seq, stop);
      else if (resume.cut && last) cutFrames = await session.inputs.takeThrough(last.head.inputs.map((range) => range.last), stop);
      // Half a step leaves its input needed: it may not be trimmed before the rest is stored.
      if (last && !cutFrames) this.#remember(session, last.head.watermarkMs, last.head.idle, session.inputs.positions);
      if (cutFrames) await this.#finishStep(session, cutFrames, resume.cut!.done, last!.head.refused);
      return session;
    } catch (error) {
      session.inputs.close();
      // Frames of this session that still wait for their turn would be rivals of the next one's.
      await session.writer.settle();
      throw error;
    }
  }

  /** Runs the steps again that own frames record, to rebuild the state. @returns the input of the last step if it was cut off */
  async #replay(session: LogSession, after: Position, lastSeq: number, stop: AbortSignal): Promise<InputFrame[] | undefined> {
    const own = await readHeads(this.context.nats, after, lastSeq, stop);
    session.snapshots.saw(bytesOf(own.map(({ head }) => head)));
    for (const recorded of recordedSteps(own)) {
      const frames = await session.inputs.takeThrough(recorded.through, stop);
      if (!recorded.complete) return frames;
      // A frame that covers nothing only names a snapshot.
      if (frames.length === 0) continue;
      session.snapshots.saw(bytesOf(frames));
      await this.#step(session, frames, 0, recorded.refused);
    }
    return undefined;
  }

  async #advance(session: LogSession, stop: AbortSignal): Promise<void> {
    if (session.failure) throw session.failure;
    if (!session.inputs.ready) {
      await session.inputs.waitForMore();
      if (!session.inputs.ready) return this.#trim(session);
    }
    await this.#gather(session, stop);
    await this.#drain(session, BATCHES_IN_FLIGHT_MAX * this.context.config.batchBytesMax, stop);
    if (session.snapshots.behind) await this.#drain(session, 0, stop).then(() => this.#nameSnapshot(session));
    const frames = session.inputs.take(this.#failures.isCareful(session.inputs.positions) ? 0 : this.context.config.batchBytesMax);
    const startedMs = performance.now();
    if (frames.length > 0) await this.#try(session, frames);
    session.stepMs = performance.now() - startedMs;
    await this.#trim(session);
    await nextTurn();
  }

  /** Steps over new frames. Those on which it fails again and again are refused, so that the partition goes on. */
  async #try(session: LogSession, frames: readonly InputFrame[]): Promise<void> {
    const refused = this.#failures.refusal(frames);
    if (refused !== undefined && !holdsEvents(this.spec)) throw new HaltError(`${this.name}: its step fails again and again, and what it reads are sums, not events that could be refused`);
    try {
      await this.#finishStep(session, frames, 0, refused);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      if (refused !== undefined) throw new HaltError(`${this.name}: ${error.message} even without its rows, so what the task holds cannot be worked on`);
      this.#failures.failed(frames, error);
      throw error;
    }
    if (refused !== undefined) this.#meter.refused(frames[0]!);
  }

  /** Waits until at most `bytesMax` are in flight. A full log is trimmed meanwhile: nobody else does it. */
  async #drain(session: LogSession, bytesMax: number, stop: AbortSignal): Promise<void> {
    while (session.writer.bytesInFlight > bytesMax && !stop.aborted) {
      await Promise.race([session.writer.drainTo(bytesMax), pause(DRAIN_LOOK_MS, stop)]);
      await this.#trim(session);
    }
    if (stop.aborted) session.writer.stopWaiting();
    await session.writer.drainTo(bytesMax);
    if (session.failure) throw session.failure;
  }

  /**
   * Lets frames gather before a step, because a step's fixed cost is shared by all it takes. The busier the machine, the longer a
   * step takes, and the more the next one waits for: batches grow before queues do. A full batch does not wait.
   */
  async #gather(session: LogSession, stop: AbortSignal): Promise<void> {
    const { stepLingerMs, batchBytesMax } = this.context.config;
    const lingerMs = Math.max(stepLingerMs, Math.min(LINGER_MS_MAX, session.stepMs * LINGER_STEPS));
    if (session.inputs.bytes < batchBytesMax / 2) await pause(lingerMs, stop);
  }

  async #step(session: LogSession, frames: readonly InputFrame[], rowsDone: number, refused: string | undefined): Promise<StepResult<StageState | undefined>> {
    this.context.crash('task.before-step');
    const limits = { ...payloadLimits(this.context), rowsDone };
    const result = await runStep(this.step, this.spec, { frames, state: session.state, ...(session.saved && { saved: session.saved }), limits }, refused);
    session.state = result.state;
    session.saved = undefined;
    this.context.crash('task.after-step');
    return result;
  }

  /** Steps and appends the outcome; `rowsDone` rows of it are stored already. @param refused why the rows of the frames are refused, if they are */
  async #finishStep(session: LogSession, frames: readonly InputFrame[], rowsDone: number, refused: string | undefined): Promise<void> {
    const startedMs = performance.now();
    const startedUs = this.#traces?.nowUs() ?? 0;
    const firsts = firstSeqs(session.inputs.positions, frames);
    session.unstoredMs.push(session.inputs.takenMs ?? this.context.now());
    const result = await this.#step(session, frames, rowsDone, refused);
    this.#meter.stepped(frames, result, (performance.now() - startedMs) / 1000);
    const positions = [...session.inputs.positions];
    const step: StepFacts = { positions, firsts, result, rowsBefore: rowsDone, watermarkMs: session.watermarkMs, logic: this.context.logic, refused };
    const traces = this.#traces?.follow(frames, result.output, rowsDone, startedUs);
    for (const [i, { sections, rowsDone: done }] of result.output.entries()) {
      const state = session.snapshots.pointer;
      const complete = done === result.rowsAll;
      const head = outputHead(step, { rowsDone: done, state, traces: traces?.[i] });
      const { seq, hash, stored } = session.writer.append(head, sections);
      this.context.crash('task.after-append');
      stored.then(
        () => {
          session.snapshots.confirm(state);
          this.#traces?.tell(seq, { inputs: head.inputs, sections, traces: traces?.[i] });
          if (!complete) return;
          session.unstoredMs.shift();
          this.#remember(session, result.watermarkMs, result.idle, positions);
        },
        (error: Error) => this.#fail(session, error),
      );
      if (complete && result.state) session.snapshots.offer(result.state, seq, hash, positions, Math.max(bytesOf(frames), bytesOf(result.output)));
    }
    session.watermarkMs = result.watermarkMs;
    session.stepped = true;
  }

  /** Names a snapshot of the state as it is now, so that whoever runs the task next has nothing to replay. */
  async #handOver(session: LogSession): Promise<void> {
    session.writer.stopWaiting();
    await session.writer.drainTo(0);
    if (session.stepped && !session.failure) await this.#nameSnapshot(session);
  }

  /** Takes a snapshot, and names it in a frame that a full log takes too: then all before it can be trimmed. */
  async #nameSnapshot({ state, snapshots, writer, inputs, watermarkMs }: LogSession): Promise<void> {
    if (!state) return;
    const positions = [...inputs.positions];
    await snapshots.take(state, writer.seq, writer.hash, positions);
    await writer.append(snapshotHead(positions, snapshots.pointer, { watermarkMs, idle: this.#stored?.idle ?? false }, this.context.logic), [], true).stored;
    snapshots.confirm(snapshots.pointer);
  }

  async #trim(session: LogSession): Promise<void> {
    await this.#trimmer.run(this.stateful ? (session.snapshots.durable?.at ?? 0) : undefined);
    await session.snapshots.sweep();
  }

  #remember(session: LogSession, watermarkMs: number | null, idle: boolean, through: readonly Position[]): void {
    this.context.crash('task.stored');
    // The positions of the inputs move on as frames are taken: what is only taken is not stored, and may not be trimmed.
    const positions = [...through];
    const none = positions.map((position) => ({ ...position, seq: 0 }));
    const safe = this.stateful ? (session.snapshots.durable?.positions ?? none) : positions;
    this.#stored = { positions, watermarkMs, idle, safe };
  }

  #fail(session: LogSession, error: Error): void {
    session.failure ??= error;
    session.inputs.wake();
  }
}

/** A pure step as the runtime calls it, for tests and stages that do not go through Nest. */
export function stepCall<State extends StageState | undefined>(step: Step<State>): StepCall {
  return async (request) => step(request as StepRequest<State>);
}
