/** Trims a front stream that is ours behind what all raw logs have stored. */
import { checkOpen, type StreamFacts } from '#frame/lineage';
import { HaltError } from '#nats/ground/halt-error';
import { checkStream } from '#nats/streams/stream-faults';
import { factsOf, streamInfo, trimThrough } from '#nats/streams/stream-info';
import type { StreamFill } from '#telemetry/task-gauges';
import type { RuntimeContext } from '../cluster/context.js';
import { fillOf } from '../logs/stream-fill.js';

const everyMs = 2_000;

export class FrontTrimmer {
  #nextMs = 0;
  #fill: readonly StreamFill[] = [];

  /** @param subjects of the front stream */
  constructor(
    private readonly context: RuntimeContext,
    private readonly subjects: readonly string[],
  ) {}

  /** How full the stream was when it was last looked at; none before. */
  get fill(): readonly StreamFill[] {
    return this.#fill;
  }

  /**
   * Trims if it is time, and looks at the stream's settings, which an administrator may change.
   * @param front the stream as it was opened @param through last sequence that is not needed any more
   * @returns the first sequence that is there, or would be the next one; undefined when it did not look
   * @throws StreamSetupError; HaltError when it is another stream: a purge would delete what nobody has read, and hide that it is another
   */
  async run({ stream, created }: StreamFacts, through: number): Promise<number | undefined> {
    const nowMs = this.context.now();
    if (nowMs < this.#nextMs) return undefined;
    this.#nextMs = nowMs + everyMs;
    const info = await streamInfo(this.context.nats, stream);
    if (!info) return undefined;
    checkStream(stream, info.config, {
      kind: 'log',
      subjects: this.subjects,
      replicas: this.context.config.streamReplicas,
    });
    const facts = factsOf(info);
    const verdict = checkOpen({ stream, created, seq: 0, hash: undefined }, { ...facts, firstSeq: 0 });
    if (verdict.kind === 'halt') throw new HaltError(verdict.reason);
    // Told by a server that is behind, or the tail is lost: a purge would move the end, and hide it.
    if (facts.lastSeq < through) return undefined;
    this.#fill = fillOf(info);
    if (info.state.messages > 0 && info.state.first_seq <= through)
      await trimThrough(this.context.nats, stream, through);
    return facts.firstSeq;
  }
}
