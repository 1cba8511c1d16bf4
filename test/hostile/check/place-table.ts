/** Puts together, for each source, what was expected of every place of a message and where its event ended. */
import { ledgerColumns } from '../ledger.js';
import type { Ask } from './lake-question.js';
import { sources } from './lake-question.js';

/**
 * Tables `ledger`, and for each source `ended_<source>`: seq, idx, what the ledger says (null: nothing), what bronze holds (null: no row),
 * how often each table has the place, the quarantine's reason, and the fate that follows.
 */
export async function makePlaceTables(ask: Ask, ledgerPath: string): Promise<void> {
  await ask(`SET memory_limit = '1GB'`);
  await ask(
    `CREATE TEMP TABLE ledger AS SELECT * FROM read_csv('${ledgerPath}', columns = ${ledgerColumns}, header = false, nullstr = 'none')`,
  );
  const [described] = await ask(
    `SELECT count(*) FILTER (WHERE column_name = 'headers')::INT AS headers FROM (DESCRIBE bronze_orders)`,
  );
  const headers = described?.['headers'] === 1 ? headersMd5 : 'NULL::VARCHAR';
  for (const source of sources) {
    await ask(`CREATE TEMP TABLE ended_${source} AS
      WITH b AS (SELECT _seq AS seq, _index AS idx, count(*)::INT AS n, any_value(md5(payload)) AS payload_md5, any_value(payload_ref) AS ref, any_value(md5(subject)) AS subject_md5, any_value(${headers}) AS headers_md5 FROM bronze_${source} GROUP BY ALL),
        s AS (SELECT _seq AS seq, _index AS idx, count(*)::INT AS n FROM silver_${source} GROUP BY ALL),
        q AS (SELECT _seq AS seq, _index AS idx, count(*)::INT AS n, any_value(reason) AS reason FROM quarantine_${source} WHERE reason <> 'sum_out_of_range' GROUP BY ALL),
        l AS (SELECT * FROM ledger WHERE source = '${source}')
      SELECT coalesce(l.seq, b.seq, s.seq, q.seq) AS seq, coalesce(l.idx, b.idx, s.idx, q.idx) AS idx, l.i, l.kind, l.becomes, l.payload_md5 AS sent_md5, l.subject_md5 AS sent_subject, l.headers_md5 AS sent_headers,
        b.payload_md5, b.ref, b.subject_md5, b.headers_md5, coalesce(b.n, 0) AS bronze, coalesce(s.n, 0) AS silver, coalesce(q.n, 0) AS quarantine, q.reason,
        CASE WHEN b.n IS NULL THEN 'lost' WHEN s.n > 0 AND q.n > 0 THEN 'both' WHEN s.n > 0 THEN 'silver' WHEN q.n > 0 THEN q.reason ELSE 'dropped' END AS fate
      FROM l FULL JOIN b ON l.seq = b.seq AND l.idx = b.idx
        FULL JOIN s ON coalesce(l.seq, b.seq) = s.seq AND coalesce(l.idx, b.idx) = s.idx
        FULL JOIN q ON coalesce(l.seq, b.seq, s.seq) = q.seq AND coalesce(l.idx, b.idx, s.idx) = q.idx`);
  }
}

const headersMd5 = 'md5(array_to_string(list_transform(headers, h -> h.name || chr(9) || h.value), chr(10)))';
