/** The head of a frame: everything its message headers say, and their encoding. */
import { createHash } from 'node:crypto';
import { decodeRefused, encodeRefused, type RefusedRows } from './refused.js';
import { decodeSectionInfos, encodeSectionInfos, type SectionInfo } from './sections.js';

/** The part of one input that a frame covers. */
export interface InputRange {
  /** Name of the input stream. */
  readonly stream: string;
  /** The stream's `created`: its incarnation. A recreated stream is another input. */
  readonly created: string;
  /** First and last input sequence covered, inclusive; `last = first - 1` covers nothing new. */
  readonly first: number;
  readonly last: number;
  /** Lineage hash of the input frame at `last`; undefined when nothing was read yet, and for front streams. */
  readonly hash: string | undefined;
}

/** `done` of `all` rows of the step are in this frame and the ones before it; only when a step needed several frames. */
export interface RowProgress {
  readonly done: number;
  readonly all: number;
}

/** The newest snapshot: object `object` holds the state right after own frame `at`. */
export interface StatePointer {
  readonly object: string;
  readonly at: number;
}

export interface FrameHead {
  readonly inputs: readonly InputRange[];
  readonly row?: RowProgress;
  /** Hash of the previous frame's headers; '' on the first frame of a log. */
  readonly prev: string;
  /** Epoch ms; null while the partition has had no event. */
  readonly watermarkMs: number | null;
  /** The partition has been quiet for `idleAfter` and its front stream is drained. */
  readonly idle: boolean;
  /** Reading of ingest's clock, epoch ms: only on raw frames; later stages read no clock. */
  readonly clockMs?: number;
  /** When the server stored the front message at `inputs[0].last`, epoch ms: only on raw frames, and only if it is known. */
  readonly frontMs?: number;
  /** Version (content hash) of the pipeline that made the frame. */
  readonly logic: string;
  readonly sections: readonly SectionInfo[];
  readonly state?: StatePointer;
  /** Events dropped by the step because their id was seen before. */
  readonly duplicates?: number;
  /** Versions (content hashes) of the reference tables the step used, `name=hash`. */
  readonly references?: string;
  /** The step has more to put out: the next one may cover nothing new and put out more of what the state holds. */
  readonly more?: boolean;
  /** The last frame of its log, for good: the source's events go to other partitions, and nothing may be appended behind it. */
  readonly closed?: boolean;
  /** Rows of the one input frame that were refused, because the step fails on them. Absent in ordinary frames. */
  readonly refused?: readonly RefusedRows[];
  /** Traced events of the frame (traces.ts), encoded: only who traces reads it. Beside the record: the lineage hash does not cover it. */
  readonly traces?: string;
}

export type HeaderPairs = ReadonlyArray<readonly [name: string, value: string]>;

export function encodeHead(head: FrameHead): HeaderPairs {
  const pairs = encodeRecord(head);
  return head.traces === undefined ? pairs : [...pairs, ['Afl-Traces', head.traces]];
}

/** What the lineage hash covers. */
function encodeRecord(head: FrameHead): HeaderPairs {
  const pairs: Array<readonly [string, string]> = [];
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') pairs.push([name, String(value)]);
  };
  for (const input of head.inputs) {
    add('Afl-Src', `${input.stream} ${input.created} ${input.hash ?? '-'}`);
    add('Afl-First', input.first);
    add('Afl-Last', input.last);
  }
  add('Afl-Row', head.row && `${head.row.done}/${head.row.all}`);
  add('Afl-Prev', head.prev || '-');
  add('Afl-Watermark', head.watermarkMs ?? undefined);
  add('Afl-Idle', head.idle ? 1 : undefined);
  add('Afl-Clock', head.clockMs);
  add('Afl-Stored', head.frontMs);
  add('Afl-Logic', head.logic);
  add('Afl-Sections', encodeSectionInfos(head.sections));
  add('Afl-State', head.state && `${head.state.object} ${head.state.at}`);
  add('Afl-Duplicates', head.duplicates || undefined);
  add('Afl-References', head.references);
  add('Afl-More', head.more ? 1 : undefined);
  add('Afl-Closed', head.closed ? 1 : undefined);
  for (const refused of head.refused ?? []) add('Afl-Refused', encodeRefused(refused));
  return pairs;
}

/** Reads a head back; `values(name)` gives all values of a header in order. Undefined when it is no frame. */
export function decodeHead(values: (name: string) => readonly string[]): FrameHead | undefined {
  const one = (name: string): string | undefined => values(name)[0];
  const prev = one('Afl-Prev');
  const logic = one('Afl-Logic');
  const inputs = decodeInputs(values);
  if (prev === undefined || logic === undefined || inputs === undefined) return undefined;
  const row = one('Afl-Row')?.split('/').map(Number);
  const state = one('Afl-State')?.split(' ');
  const watermark = one('Afl-Watermark');
  const clock = one('Afl-Clock');
  const front = one('Afl-Stored');
  const references = one('Afl-References');
  const refused = values('Afl-Refused').map(decodeRefused);
  const traces = one('Afl-Traces');
  return {
    inputs,
    ...(row && { row: { done: row[0]!, all: row[1]! } }),
    prev: prev === '-' ? '' : prev,
    watermarkMs: watermark === undefined ? null : Number(watermark),
    idle: one('Afl-Idle') === '1',
    ...(clock !== undefined && { clockMs: Number(clock) }),
    ...(front !== undefined && { frontMs: Number(front) }),
    logic,
    sections: decodeSectionInfos(one('Afl-Sections') ?? ''),
    ...(state && { state: { object: state[0]!, at: Number(state[1]) } }),
    duplicates: Number(one('Afl-Duplicates') ?? 0),
    ...(references !== undefined && { references }),
    ...(one('Afl-More') === '1' && { more: true }),
    ...(one('Afl-Closed') === '1' && { closed: true }),
    ...(refused.length > 0 && { refused }),
    ...(traces !== undefined && { traces }),
  };
}

function decodeInputs(values: (name: string) => readonly string[]): InputRange[] | undefined {
  const sources = values('Afl-Src');
  const firsts = values('Afl-First');
  const lasts = values('Afl-Last');
  if (sources.length === 0 || sources.length !== firsts.length || sources.length !== lasts.length) return undefined;
  return sources.map((source, i) => {
    const [stream = '', created = '', hash = '-'] = source.split(' ');
    return { stream, created, hash: hash === '-' ? undefined : hash, first: Number(firsts[i]), last: Number(lasts[i]) };
  });
}

/** Lineage hash of a frame: 128 bits of SHA-256 over its encoded headers, `Afl-Prev` included, so it covers the whole chain; traces left out. */
export function hashHead(head: FrameHead): string {
  const hash = createHash('sha256');
  for (const [name, value] of encodeRecord(head)) hash.update(`${name}: ${value}\n`);
  return hash.digest('hex').slice(0, 32);
}
