/** A small contract and the frames of its events: for the tests of this folder. */
import { BytesColumn, Int64Column, NumberColumn } from '#columns/arrow-view';
import { readColumns } from '#columns/arrow-reader';
import { readFrame } from '#columns/frames';
import { rowsNdjson } from '#columns/rows-ndjson';
import { compileContract } from '#contract/compile-contract';
import { Contract } from '#contract/contract';
import type { FrameHead } from '#frame/head';
import { section, type Section } from '#frame/sections';
import type { InputFrame, OutputFrame, StepLimits } from '#frame/step';
import { RawFrame } from './raw-columns.js';

export const exampleSchema = {
  type: 'object',
  required: ['id', 'user', 'at'],
  properties: {
    id: { type: 'string' },
    user: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    price: { type: ['string', 'number'], format: 'decimal', 'x-precision': 12, 'x-scale': 2 },
    more: {},
  },
};
export const exampleFields = { id: 'id', key: 'user', eventTime: 'at' };

export const exampleContract: Contract = (() => {
  const compiled = compileContract(exampleSchema, exampleFields);
  if (!(compiled instanceof Contract)) throw new Error(JSON.stringify(compiled));
  return compiled;
})();

export const wide: StepLimits = { frameBytesMax: 512 * 1024, payloadBytesMax: 1_000_000, rowsDone: 0 };

export function exampleHead(head: Partial<FrameHead> = {}): FrameHead {
  return { inputs: [], prev: '', watermarkMs: null, idle: false, logic: 'v', sections: [], ...head };
}

export function inputFrame(seq: number, sections: readonly Section[], head: Partial<FrameHead> = {}, input = 0): InputFrame {
  return { input, seq, hash: `h${seq}`, head: exampleHead(head), sections };
}

/** One event as bytes that arrived at a time (epoch ms); `seq` names it in every later section. */
export interface Arrival {
  readonly payload: string | Uint8Array;
  readonly atMs: number;
  readonly seq: number;
  readonly ref?: string;
}

export function rawFrame(seq: number, arrivals: readonly Arrival[], head: Partial<FrameHead> = {}): InputFrame {
  const raw = new RawFrame();
  for (const { payload, atMs, seq: eventSeq, ref } of arrivals) {
    const bytes = Buffer.from(payload);
    raw.append({ bytes, start: 0, end: bytes.length, ...(ref !== undefined && { ref }), subject: 'events', msgId: undefined, seq: eventSeq, index: 0, arrivedUs: atMs * 1000 });
  }
  return inputFrame(seq, arrivals.length === 0 ? [] : [section('raw', 'arrow', raw.take(), arrivals.length)], { clockMs: 0, ...head });
}

export function eventText(id: string, atMs: number, rest: object = {}): string {
  return JSON.stringify({ id, user: 'u', at: new Date(atMs).toISOString(), ...rest });
}

const namedAs = (name: string) => (s: Section): boolean => s.name === name && s.rows > 0;

/** Rows of the columnar sections of a name, as JSON objects, in order. */
export function rowsIn(frames: readonly Pick<OutputFrame, 'sections'>[], name: string): Record<string, unknown>[] {
  return frames.flatMap(({ sections }) => sections.filter(namedAs(name)).flatMap((s) => rowsNdjson(readFrame(s.data)).map((line) => JSON.parse(line) as Record<string, unknown>)));
}

/** A refused row as the quarantine will hold it. */
export interface Refused {
  readonly seq: number;
  readonly reason: string;
  readonly pointer: string;
  readonly payload: string;
  readonly ref: string | undefined;
  readonly message: string;
}

export function refusedIn(frames: readonly Pick<OutputFrame, 'sections'>[], name: 'rejected' | 'late'): Refused[] {
  return frames.flatMap(({ sections }) => sections.filter(namedAs(name)).flatMap(({ data }) => {
    const columns = readColumns(data);
    const [payload, ref, reason, pointer, message] = ['payload', 'payload_ref', 'reason', 'pointer', 'message'].map((column) => columns.column(column, BytesColumn));
    const seq = columns.column('_seq', Int64Column);
    columns.column('_index', NumberColumn);
    return Array.from({ length: columns.rows }, (_, row): Refused => ({
      seq: seq.number(row),
      reason: reason!.text(row),
      pointer: pointer!.text(row),
      payload: payload!.text(row),
      ref: ref!.isNull(row) ? undefined : ref!.text(row),
      message: message!.text(row),
    }));
  }));
}
