/** The chain of fenced logs, read from its first to its last frame: sequences, lineage, input ranges, split steps. */
import type { FrameHead, InputRange } from '#frame/head';
import { type Finding, found } from '../findings.js';

export interface LoggedFrame {
  readonly seq: number;
  /** Undefined when the message is no frame. */
  readonly head: FrameHead | undefined;
  readonly hash: string;
  /** Bytes of the payload. */
  readonly bytes: number;
}

export interface Log {
  readonly stream: string;
  readonly created: string;
  readonly lastSeq: number;
  readonly frames: readonly LoggedFrame[];
  /** Raw logs may begin a message anew where the frame before cut it: their split steps continue at the message itself. */
  readonly isRaw: boolean;
}

const broken = (stream: string, seq: number, what: string): Finding =>
  found('chainBreaks', `${stream}: frame ${seq} ${what}`);

/** @param logs by stream; front streams are no logs and are left out */
export function* chainFindings(logs: ReadonlyMap<string, Log>): Generator<Finding> {
  for (const log of logs.values()) {
    yield* sequenceFindings(log);
    let before: LoggedFrame | undefined;
    for (const frame of log.frames) {
      yield* frameFindings(log, before, frame);
      yield* sourceFindings(log, frame, logs);
      before = frame;
    }
    if (endsWithin(log))
      yield broken(log.stream, log.frames.at(-1)!.seq, 'is the last one, and its step is not complete');
  }
}

function* sequenceFindings({ stream, lastSeq, frames }: Log): Generator<Finding> {
  for (const [i, { seq }] of frames.entries()) {
    const due = i === 0 ? seq : frames[i - 1]!.seq + 1;
    if (seq !== due) yield broken(stream, seq, `comes where ${due} is due`);
  }
  const last = frames.at(-1)?.seq ?? lastSeq;
  if (last !== lastSeq)
    yield found('chainBreaks', `${stream} ends at ${lastSeq}, but the last frame that can be read is ${last}`);
}

function* frameFindings(
  { stream, isRaw }: Log,
  before: LoggedFrame | undefined,
  { seq, head, bytes }: LoggedFrame,
): Generator<Finding> {
  if (!head) return yield broken(stream, seq, 'is no frame');
  if (before?.head?.closed) yield broken(stream, seq, 'comes behind the last frame of a closed log');
  if (head.closed && head.sections.length > 0) yield broken(stream, seq, 'closes the log and has rows');
  const sum = head.sections.reduce((total, section) => total + section.bytes, 0);
  if (sum !== bytes) yield broken(stream, seq, `has ${bytes} bytes, its sections ${sum}`);
  if (!before && seq > 1) return;
  const prev = before ? before.hash : '';
  if (head.prev !== prev)
    yield broken(stream, seq, `continues ${head.prev || 'nothing'} instead of ${prev || 'nothing'}`);
  const [fromMs, toMs] = [before?.head?.watermarkMs ?? -Infinity, head.watermarkMs ?? -Infinity];
  if (toMs < fromMs) yield broken(stream, seq, `has the watermark ${head.watermarkMs}, the frame before it ${fromMs}`);
  for (const [i, range] of head.inputs.entries())
    yield* rangeFindings(stream, seq, range, before?.head?.inputs[i], before?.head, head, isRaw);
  if (before?.head && isCut(before.head) && !isRaw && head.row?.all !== before.head.row?.all)
    yield broken(stream, seq, 'begins another step before the one before it is complete');
}

/** A frame begins right behind the one before it, or where its step or message was cut. */
function* rangeFindings(
  stream: string,
  seq: number,
  range: InputRange,
  before: InputRange | undefined,
  beforeHead: FrameHead | undefined,
  head: FrameHead,
  isRaw: boolean,
): Generator<Finding> {
  const cut = beforeHead !== undefined && isCut(beforeHead);
  // Raw logs of later partitions begin where those before them have ended.
  const begins = isRaw && /_g\d+p\d+$/.test(stream) ? range.first : 1;
  const due = !before ? begins : !cut ? before.last + 1 : isRaw ? before.last : before.first;
  if (range.first !== due) yield broken(stream, seq, `covers ${range.stream} from ${range.first}, ${due} is due`);
  if (range.last < range.first - 1)
    yield broken(stream, seq, `covers ${range.stream} backwards, ${range.first} to ${range.last}`);
  if (before && (before.stream !== range.stream || before.created !== range.created))
    yield broken(
      stream,
      seq,
      `reads ${range.stream} of ${range.created}, the one before it ${before.stream} of ${before.created}`,
    );
  if (cut && !isRaw && range.last !== before!.last)
    yield broken(stream, seq, `covers ${range.stream} through ${range.last}, its step through ${before!.last}`);
  if (
    cut &&
    !head.closed &&
    beforeHead.row!.done >= (head.row?.done ?? Infinity) &&
    (!isRaw || range.last === before!.last)
  )
    yield broken(stream, seq, 'repeats rows of its step');
}

/** What a frame says about its input must be true of the input's log. */
function* sourceFindings(log: Log, { seq, head }: LoggedFrame, logs: ReadonlyMap<string, Log>): Generator<Finding> {
  for (const { stream, created, last, hash } of head?.inputs ?? []) {
    const input = logs.get(stream);
    if (!input) continue;
    if (input.created !== created)
      yield broken(log.stream, seq, `reads ${stream} of ${created}, which is of ${input.created}`);
    if (last > input.lastSeq)
      yield broken(log.stream, seq, `reads ${stream} through ${last}, which ends at ${input.lastSeq}`);
    const source = input.frames[last - (input.frames[0]?.seq ?? 1)];
    if (hash !== undefined && source?.seq === last && source.hash !== hash)
      yield broken(log.stream, seq, `reads frame ${last} of ${stream} as ${hash}, which is ${source.hash}`);
  }
}

/** Whether the newest frame of a log is one of a step that put out more. */
export function endsWithin({ frames }: Pick<Log, 'frames'>): boolean {
  const head = frames.at(-1)?.head;
  return head !== undefined && isCut(head) && !head.closed;
}

function isCut({ row }: FrameHead): boolean {
  return row !== undefined && row.done < row.all;
}
