/** Reads every log of a pipeline from NATS: the frames' heads for the chain, and the rows that order and windows need. */
import type { JsMsg } from '@nats-io/jetstream';
import { columnNames, readDataFrame } from '#columns/polars/data-frames';
import { decodeHead, type FrameHead, hashHead } from '#frame/head';
import { type LogName, streamOf } from '#frame/log-name';
import { splitSections } from '#frame/sections';
import { incarnationOf } from '#nats/streams/incarnation';
import { logsWrittenBy, type Topology } from '#stages/topology/topology';
import type { EnrichedRow, ResultRow } from '../rows/row-types.js';
import type { Log, LoggedFrame } from './chain-breaks.js';
import { addConsumer, type JetStream, readStream } from './read-stream.js';
import { resultLine } from './result-line.js';

export interface LogsReading {
  readonly logs: ReadonlyMap<string, Log>;
  /** Rows of the sections `ok` of the enriched logs, log by log. */
  readonly enriched: readonly EnrichedRow[];
  readonly results: readonly ResultRow[];
  /** Whether some log of that stage no longer begins at its first frame. */
  readonly trimmed: { readonly enriched: boolean; readonly results: boolean };
}

export function logsOf(topology: Topology): LogName[] {
  return topology.tasks.flatMap(logsWrittenBy);
}

/** Logs are read against the stream: should a task still write, what it reads is at least as long as what it has written. */
export async function readLogs(clients: JetStream, topology: Topology): Promise<LogsReading> {
  const logs = new Map<string, Log>();
  const enriched: EnrichedRow[] = [];
  const results: ResultRow[] = [];
  const trimmed = { enriched: false, results: false };
  for (const name of logsOf(topology).reverse()) {
    const log = await readLog(clients, name, (message, frame) => {
      if (name.stage === 'enriched') enriched.push(...okRows(message, frame));
      if (name.stage === 'results') results.push(...resultRows(name.origin, message, frame));
    });
    logs.set(log.stream, log);
    if ((name.stage === 'enriched' || name.stage === 'results') && (log.frames[0]?.seq ?? 1) > 1)
      trimmed[name.stage] = true;
  }
  return { logs, enriched, results, trimmed };
}

async function readLog(
  clients: JetStream,
  name: LogName,
  onFrame: (message: JsMsg, frame: LoggedFrame) => void,
): Promise<Log> {
  const stream = streamOf(name);
  const info = await clients.jsm.streams.info(stream);
  const frames: LoggedFrame[] = [];
  await readStream(clients, stream, await addConsumer(clients, stream), (message) => {
    if (message.seq > info.state.last_seq) return;
    const head = decodeHead((header) => message.headers?.values(header) ?? []);
    const frame = { seq: message.seq, head, hash: head ? hashHead(head) : '', bytes: message.data.byteLength };
    frames.push(frame);
    onFrame(message, frame);
  });
  return { stream, created: incarnationOf(info), lastSeq: info.state.last_seq, frames, isRaw: name.stage === 'raw' };
}

function okRows({ data }: JsMsg, { head }: LoggedFrame): EnrichedRow[] {
  return sectionsOf('ok', data, head).flatMap((bytes) => {
    const frame = readDataFrame(bytes);
    const [customers, seqs, indexes] = ['customer', '_seq', '_index'].map((column) =>
      frame.getColumn(column).toArray(),
    );
    const sizes = columnNames(frame).includes('size_class')
      ? (frame.getColumn('size_class').toArray() as readonly (string | null)[])
      : undefined;
    return customers!.map((customer, row) => ({
      customer: String(customer),
      seq: Number(seqs![row]),
      index: Number(indexes![row]),
      sizeClass: sizes?.[row] ?? null,
    }));
  });
}

function resultRows(window: string, { data }: JsMsg, { head }: LoggedFrame): ResultRow[] {
  const lines = sectionsOf('results', data, head).flatMap((bytes) => Buffer.from(bytes).toString().split('\n'));
  return lines.filter((line) => line !== '').map((line) => resultLine(window, line));
}

/** Bytes of the sections of this name that have rows. */
function sectionsOf(name: string, data: Uint8Array, head: FrameHead | undefined): Uint8Array[] {
  const sections = head ? (splitSections(head.sections, data) ?? []) : [];
  return sections.filter((section) => section.name === name && section.rows > 0).map((section) => section.data);
}
