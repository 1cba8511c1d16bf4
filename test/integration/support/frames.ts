/** Small frames for tests of logs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeHead, type FrameHead } from '#frame/head';
import { type LogName, streamOf } from '#frame/log-name';
import { type Section, section, splitSections } from '#frame/sections';
import type { Nats } from '#nats/ground/nats';
import { type LogFrame, LogReader } from '#nats/messages/log-reader';
import { LogWriter } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { getMessage } from '#nats/streams/get-message';
import { lastFrame } from '#nats/streams/last-frame';
import { factsOf, streamInfo } from '#nats/streams/stream-info';

export const bytesMaxDefault = 64 * 1024 * 1024;

/** A frame that covers message `n` of an imagined input. */
export function headOf(n: number, by = 'test'): Omit<FrameHead, 'prev' | 'sections'> {
  return {
    inputs: [{ stream: 'in', created: 'then', first: n, last: n, hash: undefined }],
    watermarkMs: n,
    idle: false,
    logic: by,
  };
}

export function textSection(text: string, rows = 1): Section {
  return section('ok', 'ndjson', Buffer.from(text), rows);
}

/** The texts of the first frames of a log. */
export const range = (count: number): string[] => Array.from({ length: count }, (_, i) => `frame ${i + 1}`);

export const textOf = (frame: Pick<LogFrame, 'sections'>): string =>
  frame.sections.map(({ data }) => Buffer.from(data).toString()).join('');

export async function openWriter(nats: Nats, stream: string, bytesMax = bytesMaxDefault): Promise<LogWriter> {
  const { lastSeq } = await ensureLog(nats, stream, [stream], { bytesMax, replicas: 1 });
  return new LogWriter(nats, stream, stream, await lastFrame(nats, stream, stream), lastSeq);
}

/** Appends frames whose texts are given, and waits until they are stored. */
export async function appendTexts(writer: LogWriter, texts: readonly string[]): Promise<void> {
  await Promise.all(texts.map((text) => writer.append(headOf(writer.seq + 1), [textSection(text)]).stored));
}

export interface Reading {
  readonly reader: LogReader;
  /** Resolves with the next `count` frames; throws what the reader throws, or after 15 s. */
  take(count: number): Promise<LogFrame[]>;
}

/** @param from the last sequence that was read; the stream's incarnation is today's */
export async function openReader(
  nats: Nats,
  stream: string,
  from: { seq?: number; hash?: string } = {},
  options: { bufferBytesMax?: number; headersOnly?: boolean } = {},
): Promise<Reading> {
  const info = await streamInfo(nats, stream);
  if (!info) throw new Error(`there is no stream ${stream}`);
  const { created } = factsOf(info);
  const position = { stream, created, seq: from.seq ?? 0, hash: from.hash };
  const reader = new LogReader(
    nats,
    position,
    { bufferBytesMax: options.bufferBytesMax ?? 1_000_000, headersOnly: options.headersOnly ?? false },
    () => undefined,
  );
  return { reader, take: (count) => take(reader, count) };
}

async function take(reader: LogReader, count: number): Promise<LogFrame[]> {
  const frames: LogFrame[] = [];
  const untilMs = performance.now() + 15_000;
  while (frames.length < count) {
    const frame = reader.shift();
    if (frame) frames.push(frame);
    else if (performance.now() > untilMs) throw new Error(`only ${frames.length} of ${count} frames came`);
    else await sleep(5);
  }
  return frames;
}

/** What a frame of a log holds. */
export interface StoredFrame {
  readonly head: FrameHead;
  readonly sections: readonly Section[];
}

/** All frames that a log has now, message by message. */
export async function framesOf(nats: Nats, log: LogName): Promise<StoredFrame[]> {
  const stream = streamOf(log);
  const frames: StoredFrame[] = [];
  for (let seq = 1; seq <= ((await streamInfo(nats, stream))?.state.last_seq ?? 0); seq++) {
    const message = await getMessage(nats, stream, { seq });
    const head = decodeHead((name) => message!.header.values(name))!;
    frames.push({ head, sections: splitSections(head.sections, message!.data)! });
  }
  return frames;
}
