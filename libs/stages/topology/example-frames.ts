/** A small contract and the frames of its events: for the tests of this folder. */
import { readDataFrame } from '#columns/polars/data-frames';
import { rowsNdjson } from '#columns/polars/rows-ndjson';
import { BytesColumn, Int64Column, NumberColumn } from '#columns/read/column-view';
import { readColumns } from '#columns/read/read-columns';
import { compileContract } from '#contract/columns/compile-contract';
import { Contract } from '#contract/columns/contract';
import type { FrameHead } from '#frame/head';
import { type Section, section } from '#frame/sections';
import type { InputFrame, OutputFrame, StepLimits } from '#frame/step';
import { type Refuser, refuserOf, setApart, workRows } from '../define/refuse-frame.js';
import { RawFrame } from '../raw/raw-columns.js';
import { whyOf } from '../rows/refuse-rows.js';
import type { Why } from '../rows/rejected-columns.js';
import { validateStep } from '../steps/validate-step.js';

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

export function inputFrame(
  seq: number,
  sections: readonly Section[],
  head: Partial<FrameHead> = {},
  input = 0,
): InputFrame {
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
    raw.append({
      bytes,
      start: 0,
      end: bytes.length,
      ...(ref !== undefined && { ref }),
      subject: 'events',
      msgId: undefined,
      seq: eventSeq,
      index: 0,
      arrivedUs: atMs * 1000,
    });
  }
  return inputFrame(seq, arrivals.length === 0 ? [] : [section('raw', 'arrow', raw.take(), arrivals.length)], {
    clockMs: 0,
    ...head,
  });
}

/** The same as validate passes them on: none is late, none seen before. */
export function validFrame(seq: number, arrivals: readonly Arrival[], head: Partial<FrameHead> = {}): InputFrame {
  const rules = { outOfOrdernessMs: 0, aheadMsMax: 60_000, latenessMs: null, horizonMs: 0 };
  const step = validateStep({ contract: exampleContract, ...rules });
  const { output } = step({ frames: [rawFrame(1, arrivals)], state: undefined, limits: wide });
  return inputFrame(seq, output[0]!.sections, head);
}

export function eventText(id: string, atMs: number, rest: object = {}): string {
  return JSON.stringify({ id, user: 'u', at: new Date(atMs).toISOString(), ...rest });
}

const namedAs =
  (name: string) =>
  (s: Section): boolean =>
    s.name === name && s.rows > 0;

/** Rows of the sections of a name, as JSON objects, in order. */
export function rowsIn(frames: readonly Pick<OutputFrame, 'sections'>[], name: string): Record<string, unknown>[] {
  return frames.flatMap(({ sections }) =>
    sections
      .filter(namedAs(name))
      .flatMap(({ encoding, data }) => (encoding === 'ndjson' ? linesOf(data) : rowsNdjson(readDataFrame(data))))
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
}

function linesOf(data: Uint8Array): string[] {
  return Buffer.from(data).toString().trimEnd().split('\n');
}

/** What is put out when all rows of these frames are refused, as `step_failed`. */
export function refuseAll(
  task: Refuser,
  frames: readonly InputFrame[],
  message: string,
  limits: StepLimits = wide,
): readonly OutputFrame[] {
  const why = whyOf(refuserOf(task), 'step_failed', message);
  const { join } = setApart(
    task,
    { frames, state: undefined, limits },
    frames.map((frame) => new Array<Why>(workRows(task, frame)).fill(why)),
  );
  return join({ state: undefined, output: [], rowsAll: 0, watermarkMs: null, idle: false }).output;
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
  return frames.flatMap(({ sections }) =>
    sections
      .filter(namedAs(name))
      .flatMap(({ encoding, data }) => (encoding === 'ndjson' ? refusedLines(data) : refusedRows(data))),
  );
}

/** As windows write them. */
function refusedLines(data: Uint8Array): Refused[] {
  return linesOf(data).map((line) => {
    const { _seq, reason, pointer, payload, message } = JSON.parse(line) as Omit<Refused, 'seq'> & { _seq: number };
    return { seq: _seq, reason, pointer, payload, ref: undefined, message };
  });
}

function refusedRows(data: Uint8Array): Refused[] {
  const columns = readColumns(data);
  const [payload, ref, reason, pointer, message] = ['payload', 'payload_ref', 'reason', 'pointer', 'message'].map(
    (column) => columns.column(column, BytesColumn),
  );
  const seq = columns.column('_seq', Int64Column);
  columns.column('_index', NumberColumn);
  return Array.from(
    { length: columns.rows },
    (_, row): Refused => ({
      seq: seq.number(row),
      reason: reason!.text(row),
      pointer: pointer!.text(row),
      payload: payload!.text(row),
      ref: ref!.isNull(row) ? undefined : ref!.text(row),
      message: message!.text(row),
    }),
  );
}
