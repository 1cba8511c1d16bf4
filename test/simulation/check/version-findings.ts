/** Whether silver has what each version of the pipeline gave its rows, whoever wrote the table: a writer of the older version may not drop a column of the newer one. */
import { readDataFrame } from '#columns/polars/data-frames';
import { nativeOf } from '#columns/polars/native-data-frame';
import { decodeHead } from '#frame/head';
import { splitSections } from '#frame/sections';
import { type Finding, found } from '../../faults/check/findings.js';
import type { StoredStream } from '../model/streams/stored-stream.js';
import type { Row } from './lake-rows.js';

/** @param enriched logs with all frames that they ever held */
export function* versionFindings(enriched: readonly StoredStream[], silver: readonly Row[]): Generator<Finding> {
  const given = new Map(enriched.flatMap(okRowsOf).map((row) => [Number(row['_seq']), textOf(row)]));
  for (const row of silver) {
    const seq = Number(row['_seq']);
    const due = given.get(seq);
    if (due !== textOf(row))
      yield found(
        'lost',
        `silver: front sequence ${seq} has ${textOf(row)} as twice, the enriched log ${due ?? 'no such row'}`,
      );
  }
}

function okRowsOf({ history }: StoredStream): Row[] {
  return history.flatMap(({ headers, data }) => {
    const head = decodeHead((name) => headers?.values(name) ?? []);
    const sections = head ? (splitSections(head.sections, data) ?? []) : [];
    return sections
      .filter(({ name, rows }) => name === 'ok' && rows > 0)
      .flatMap(({ data: bytes }) => (nativeOf(readDataFrame(bytes)) as unknown as { toObjects(): Row[] }).toObjects());
  });
}

function textOf(row: Row): string {
  const twice = row['twice'];
  return twice === undefined || twice === null ? 'nothing' : String(twice);
}
