/** Turns accepted rows back into refused ones, when a stage after validate fails on them. */
import { rowCount, writeFrame, type DataFrame } from '#columns/frames';
import { readColumns } from '#columns/arrow-reader';
import { Int64Column, NumberColumn } from '#columns/arrow-view';
import { section, type Section } from '#frame/sections';
import type { Reason } from '#contract/reason';
import { rowsNdjson } from '#columns/rows-ndjson';
import { RejectedFrame } from './rejected-columns.js';

const MESSAGE_CHARACTERS_MAX = 300;

/**
 * A section `rejected` with these reasons. Its payload is the row as JSON, or nothing where that would take more than `payloadBytesMax`;
 * the event's own bytes are in bronze under the same `_seq` and `_index`.
 */
export function refuseRows(events: DataFrame, reason: Reason, message: string, payloadBytesMax: number): Section {
  const columns = readColumns(writeFrame(events, 'uncompressed'));
  const seq = columns.column('_seq', Int64Column);
  const index = columns.column('_index', NumberColumn);
  const arrivedAt = columns.column('_arrived_at', Int64Column);
  const rejected = new RejectedFrame();
  for (const [row, line] of rowsNdjson(events).entries()) {
    const json = Buffer.from(line);
    const bytes = json.length <= payloadBytesMax ? json : Buffer.alloc(0);
    rejected.append(
      { bytes, start: 0, end: bytes.length, subject: '', msgId: undefined, seq: seq.number(row), index: index.number(row), arrivedUs: arrivedAt.number(row) },
      { reason, pointer: '', message: `enrich: ${message}`.slice(0, MESSAGE_CHARACTERS_MAX) },
    );
  }
  return section('rejected', 'arrow', rejected.take(), rowCount(events));
}
