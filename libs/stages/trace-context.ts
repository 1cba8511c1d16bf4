/** Where the traces of events come from: a producer's `traceparent` or a sample of the front stream, and span ids that a redo finds again. */
import { hash } from 'node:crypto';

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Span of the producer, 16 hexadecimal digits; undefined: the trace begins here. */
  readonly parentId: string | undefined;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZERO = /^0+$/;
const SAMPLED = 1;
const WORD = 0x1_0000_0000;

/** A producer's context and whether it is sampled; undefined when the text is none (W3C Trace Context, section 3.2). */
export function parseTraceparent(text: string): (TraceContext & { readonly sampled: boolean }) | undefined {
  const [, version, traceId = '', parentId = '', flags = '', rest] = TRACEPARENT.exec(text.trim()) ?? [];
  // Later versions may say more behind the flags, the first one may not.
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (ZERO.test(traceId) || ZERO.test(parentId)) return undefined;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}

/**
 * Chooses messages without a context to trace: about `ratio` of them, the same ones each time. It looks at every message, so it takes a few
 * nanoseconds: integer arithmetic on the sequence (the finalizer of MurmurHash3), no digest.
 */
export function sampler(ratio: number): (seq: number) => boolean {
  const below = Math.round(Math.min(1, Math.max(0, ratio)) * WORD);
  return (seq) => mixed(seq) < below;
}

function mixed(seq: number): number {
  let h = (seq ^ Math.floor(seq / WORD)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The trace of a sampled message: the same whenever this message of this incarnation of the front stream is read. */
export function traceOfMessage(stream: string, created: string, seq: number): TraceContext {
  return { traceId: digest(`trace ${stream} ${created} ${seq}`).slice(0, 32), parentId: undefined };
}

/** Id of the span of one event in what makes `by` (a log or a table): a step that runs again after a crash gives the same. */
export function spanIdOf({ traceId, parentId = '' }: TraceContext, by: string, seq: number, index: number): string {
  return digest(`${traceId} ${parentId} ${by} ${seq} ${index}`).slice(0, 16);
}

/** A span with a trace of its own. */
export interface SpanRef {
  readonly traceId: string;
  readonly spanId: string;
}

/** The span of one batch: the frame of a log, or the commit of a table. @param number sequence of the frame, version of the table */
export function batchSpan(by: string, created: string, number: number | string): SpanRef {
  const text = digest(`batch ${by} ${created} ${number}`);
  return { traceId: text.slice(0, 32), spanId: text.slice(32, 48) };
}

function digest(text: string): string {
  return hash('sha256', text);
}
