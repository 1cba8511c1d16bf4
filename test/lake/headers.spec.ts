/** Bronze tables of before there were headers get them, and keep what they had: files, checkpoint, views of DuckDB. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { queryLake } from '#duckdb/query-lake';
import { resultTable } from '#duckdb/result-table';
import { HeaderBlock } from '#frame/header-block';
import { type Section, section } from '#frame/sections';
import { LakeTable } from '#lake/table/lake-table';
import type { Table } from '#pipeline/model/model';
import { bronzeColumns, eventColumns, RawFrame } from '#stages/raw/raw-columns';
import { tableRows } from '#stages/tables/table-rows';
import { type Lake, makeLake } from './lake-fixture.js';

let lake: Lake;
beforeEach(async () => {
  lake = await makeLake();
});
afterEach(() => lake.remove());

const bronze: Table = {
  name: 'bronze_events',
  from: 'raw.events',
  stage: 'raw',
  origin: 'events',
  partitionBy: ['subject'],
  timeColumn: '_arrived_at',
};
const open = (columns = bronzeColumns): Promise<LakeTable> =>
  LakeTable.open({
    store: lake.store,
    name: bronze.name,
    columns,
    partitionBy: bronze.partitionBy,
    engineInfo: 'test',
    checkpointEvery: 2,
  });

function rawSection(seq: number, block: string): Section {
  const bytes = Buffer.from(block, 'latin1');
  const frame = new RawFrame();
  frame.append({
    bytes: Buffer.from('{}'),
    start: 0,
    end: 2,
    subject: `s${seq % 2}`,
    msgId: undefined,
    seq,
    index: 0,
    arrivedUs: 1_700_000_000_123_456 + seq,
    headers: new HeaderBlock().read(bytes, bytes.length),
  });
  return section('raw', 'arrow', frame.take(), 1);
}

async function append(table: LakeTable, seq: number, block = ''): Promise<void> {
  const txns = [{ appId: 'a', previous: seq === 1 ? -1 : seq - 1, version: seq }];
  expect(
    await table.append({
      df: tableRows([rawSection(seq, block)], bronzeColumns, bronze).rows,
      txns,
      nowMs: 0,
      commitId: `c${seq}`,
    }),
  ).toMatchObject({ kind: 'committed' });
}

test('an older table gets the columns, its rows have null there, and a checkpoint carries the schema on', async () => {
  const old = await open(eventColumns);
  await append(old, 1, 'NATS/1.0\r\nlost: 1\r\n\r\n');
  await old.close();
  const table = await open();
  await append(
    table,
    2,
    'NATS/1.0\r\nce-type: order.created\r\nX-Multi: 1\r\nX-Multi: 2\r\nx-empty: \r\nbyte: \xe9\r\nalone\r\n\r\n',
  );
  await append(table, 3);
  await append(table, 4);
  await table.close();
  // Opened again, the newest checkpoint and the entries behind it give the same columns: nothing to evolve.
  const again = await open();
  expect(again.version).toBe(table.version);
  await again.close();
  const { rows } = await queryLake({
    store: lake.store,
    sql: 'SELECT _seq, headers, len(headers) AS n, headers[1].name AS name, _published_at = _arrived_at AS same FROM bronze_events ORDER BY _seq',
  });
  expect(rows).toEqual([
    [1, null, null, null, null],
    [
      2,
      [
        { name: 'ce-type', value: 'order.created' },
        { name: 'X-Multi', value: '1' },
        { name: 'X-Multi', value: '2' },
        { name: 'x-empty', value: '' },
        { name: 'byte', value: '\uf7e9' },
        { name: 'alone', value: null },
      ],
      6,
      'ce-type',
      true,
    ],
    [3, [], 0, null, true],
    [4, [], 0, null, true],
  ]);
  const shown = resultTable(
    await queryLake({ store: lake.store, sql: 'SELECT headers FROM bronze_events WHERE _seq = 2' }),
  );
  expect(shown.rows[0]![0]).toContain('ce-type: order.created, X-Multi: 1, X-Multi: 2, x-empty: ,');
});
