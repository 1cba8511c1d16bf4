/** Trimming of a log by its writer: frames every reader has committed and that are old enough go, the last one stays. */
import { type LogName, streamOf, subjectOf } from '#frame/log-name';
import { checkStream } from '#nats/streams/stream-faults';
import { factsOf, streamInfo, trimThrough } from '#nats/streams/stream-info';
import { readersOf } from '#stages/topology/topology';
import type { StreamFill } from '#telemetry/task-gauges';
import type { RuntimeContext } from '../cluster/context.js';
import { fillOf } from './stream-fill.js';

const everyMs = 2_000;

export class Trimmer {
  readonly #stream: string;
  readonly #subjects: readonly string[];
  readonly #readers: readonly string[];
  #nextMs = 0;
  /** Readings of how far all readers had committed, oldest first: a frame is old enough when such a reading is. */
  readonly #readings: Array<{ atMs: number; seq: number }> = [];
  #trimmed = 0;
  #fill: readonly StreamFill[] = [];

  constructor(
    private readonly context: RuntimeContext,
    log: LogName,
  ) {
    this.#stream = streamOf(log);
    this.#subjects = [subjectOf(log)];
    this.#readers = readersOf(context.topology, log);
  }

  /** How full the log was when it was last looked at; none before. */
  get fill(): readonly StreamFill[] {
    return this.#fill;
  }

  /**
   * Trims if it is time, and looks at the stream's settings, which an administrator may change.
   * @param ownThrough the writer itself needs its frames after this one, to rebuild its state
   * @throws StreamSetupError
   */
  async run(ownThrough = Infinity): Promise<void> {
    const nowMs = this.context.now();
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + everyMs;
    const info = await streamInfo(this.context.nats, this.#stream);
    if (!info) return;
    checkStream(this.#stream, info.config, {
      kind: 'log',
      subjects: this.#subjects,
      replicas: this.context.config.streamReplicas,
    });
    this.#fill = fillOf(info);
    const { created, firstSeq, lastSeq } = factsOf(info);
    const committed = this.#committed(created);
    if (committed !== undefined) this.#readings.push({ atMs: nowMs, seq: committed });
    const through = Math.min(this.#oldEnough(nowMs), lastSeq - 1, ownThrough);
    if (through < firstSeq || through <= this.#trimmed) return;
    this.context.crash('trim.before');
    await trimThrough(this.context.nats, this.#stream, through);
    this.#trimmed = through;
    this.context.crash('trim.after');
  }

  /** The least sequence that every reader of the log will never read again. */
  #committed(created: string): number | undefined {
    let least = Infinity;
    for (const reader of this.#readers) {
      const input = this.context.board
        .get(reader)
        ?.inputs.find((i) => i.stream === this.#stream && i.created === created);
      if (!input) return undefined;
      least = Math.min(least, input.safe);
    }
    return Number.isFinite(least) ? least : undefined;
  }

  #oldEnough(nowMs: number): number {
    let through = 0;
    while (this.#readings.length > 0 && nowMs - this.#readings[0]!.atMs >= this.context.config.logRetentionMs)
      through = this.#readings.shift()!.seq;
    return through;
  }
}
