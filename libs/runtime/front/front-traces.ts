/** Which messages of a front stream are traced: those whose producer traces them, and a sample of those that say nothing. */
import type { HeaderBlock } from '#frame/header-block';
import { parseTraceparent, sampler, type TraceContext, traceOfMessage } from '#stages/traces/trace-context';

const traceparent = Buffer.from('traceparent');
/** Of the events of one message so many are traced: an array of thousands would fill its frames with one trace. */
export const tracedOfMessageMax = 8;

export class FrontTraces {
  readonly #isSampled: (seq: number) => boolean;

  /** @param ratio of the messages without a context that are traced, 0 to 1 */
  constructor(
    private readonly stream: string,
    ratio: number,
  ) {
    this.#isSampled = sampler(ratio);
  }

  /** The trace of a message; undefined: none. @param created incarnation of the front stream */
  of(headers: HeaderBlock | undefined, created: string, seq: number): TraceContext | undefined {
    const at = headers?.findAnyCase(traceparent) ?? -1;
    const context = at < 0 ? undefined : parseTraceparent(headers!.value(at)?.trim() ?? '');
    if (context) return context.sampled ? context : undefined;
    return this.#isSampled(seq) ? traceOfMessage(this.stream, created, seq) : undefined;
  }
}
