/** Trims a front stream that is ours behind what all raw logs have stored. */
import { streamInfo, trimThrough } from '#nats/streams';
import type { StreamFill } from '#telemetry/task-gauges';
import type { RuntimeContext } from './context.js';
import { fillOf } from './stream-fill.js';

const EVERY_MS = 2_000;

export class FrontTrimmer {
  #nextMs = 0;
  #fill: readonly StreamFill[] = [];

  constructor(private readonly context: RuntimeContext) {}

  /** How full the stream was when it was last looked at; none before. */
  get fill(): readonly StreamFill[] {
    return this.#fill;
  }

  /** Trims if it is time. @param through last sequence that is not needed any more */
  async run(stream: string, through: number): Promise<void> {
    const nowMs = this.context.now();
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + EVERY_MS;
    const info = await streamInfo(this.context.nats, stream);
    if (!info) return;
    this.#fill = fillOf(info);
    if (info.state.messages > 0 && info.state.first_seq <= through) await trimThrough(this.context.nats, stream, through);
  }
}
