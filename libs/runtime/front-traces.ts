/** Which messages of a front stream are traced: those whose producer traces them, and a sample of those that say nothing. */
import { headerOf, type Msg } from '#nats/message-header';
import { parseTraceparent, sampler, traceOfMessage, type TraceContext } from '#stages/trace-context';

/** Most messages have fewer bytes of headers, and need not be looked at. */
const TRACEPARENT_BYTES = 55;
/** Of the events of one message so many are traced: an array of thousands would fill its frames with one trace. */
export const tracedOfMessageMax = 8;

export class FrontTraces {
  readonly #isSampled: (seq: number) => boolean;

  /** @param ratio of the messages without a context that are traced, 0 to 1 */
  constructor(private readonly stream: string, ratio: number) {
    this.#isSampled = sampler(ratio);
  }

  /** The trace of a message; undefined: none. @param created incarnation of the front stream */
  of(message: Msg, created: string, seq: number): TraceContext | undefined {
    const text = headerOf(message, 'traceparent', TRACEPARENT_BYTES);
    const context = text === undefined ? undefined : parseTraceparent(text);
    if (context) return context.sampled ? context : undefined;
    return this.#isSampled(seq) ? traceOfMessage(this.stream, created, seq) : undefined;
  }
}
