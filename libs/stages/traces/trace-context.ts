/** Where the traces of events come from: a producer's `traceparent` or a sample of the front stream, and span ids that a redo finds again. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Span of the producer, 16 hexadecimal digits; undefined: the trace begins here. */
  readonly parentId: string | undefined;
}

const traceparent = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const zero = /^0+$/;
const sampledFlag = 1;
const wordValues = 0x1_0000_0000;

/** A producer's context and whether it is sampled; undefined when the text is none (W3C Trace Context, section 3.2). */
export function parseTraceparent(text: string): (TraceContext & { readonly sampled: boolean }) | undefined {
  const [, version, traceId = '', parentId = '', flags = '', rest] = traceparent.exec(text.trim()) ?? [];
  // Later versions may say more behind the flags, the first one may not.
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (zero.test(traceId) || zero.test(parentId)) return undefined;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & sampledFlag) !== 0 };
}

/**
 * Chooses messages without a context to trace: about `ratio` of them, the same ones each time. It looks at every message, so it takes a few
 * nanoseconds: integer arithmetic on the sequence (the finalizer of MurmurHash3).
 */
export function sampler(ratio: number): (seq: number) => boolean {
  const below = Math.round(Math.min(1, Math.max(0, ratio)) * wordValues);
  return (seq) => mixed(seq) < below;
}

function mixed(seq: number): number {
  return finalized(seq ^ Math.floor(seq / wordValues));
}

/** The finalizer of MurmurHash3: 32 bits. */
function finalized(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The trace of a sampled message: the same whenever this message of this incarnation of the front stream is read. */
export function traceOfMessage(stream: string, created: string, seq: number): TraceContext {
  return { traceId: hex128(`trace ${stream} ${created} ${seq}`), parentId: undefined };
}

/** Gives the id of an event's span in `by` (a log or a table): a step that runs again after a crash gives the same. */
export function spanIds(by: string): (context: TraceContext, seq: number, index: number) => string {
  const seed = Number.parseInt(hex64(by).slice(0, 8), 16);
  return ({ traceId, parentId = '' }, seq, index) => hex64(`${traceId}${parentId} ${seq} ${index}`, seed);
}

/** A span with a trace of its own. */
export interface SpanRef {
  readonly traceId: string;
  readonly spanId: string;
}

/** The span of one batch: the frame of a log, or the commit of a table. @param number sequence of the frame, version of the table */
export function batchSpan(by: string, created: string, number: number | string): SpanRef {
  const text = `${by} ${created} ${number}`;
  return { traceId: hex128(`batch ${text}`), spanId: hex64(`span ${text}`) };
}

/**
 * 64 bits of a text of ASCII: two lanes of multiply and rotate, mixed at the end as in MurmurHash3. Digests of OpenSSL and of WebAssembly cost ten and three times
 * as much on texts so short, for the call; and nobody gains from guessing an id.
 */
function hex64(text: string, seed = 0): string {
  let [a, b] = [0x9e3779b9 ^ seed, 0x85ebca6b ^ seed];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0xcc9e2d51);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ unit, 0x1b873593);
    b = (b << 17) | (b >>> 15);
  }
  const first = finalized(a ^ Math.imul(b, 5));
  const second = finalized(b ^ Math.imul(first, 9) ^ text.length);
  return word(first) + word(second);
}

function hex128(text: string): string {
  return hex64(text) + hex64(text, 0x51ed270b);
}

/** Two hexadecimal digits of each byte. */
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function word(value: number): string {
  return `${hexOfByte[value >>> 24]}${hexOfByte[(value >>> 16) & 255]}${hexOfByte[(value >>> 8) & 255]}${hexOfByte[value & 255]}`;
}
