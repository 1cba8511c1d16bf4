/** Rows of silver say what their events say; messages of the quarantine say nothing of other events. */
import type { Findings } from '../findings.js';
import { type Ask, rowsShown } from './lake-question.js';

/** Columns that must read as the event has them; numbers as their texts. Other JSON readers need a text without zero characters. */
const same = (source: string, id: string, columns: readonly string[]): string => `
  SELECT l.i, l.kind, b.payload IS NULL AS far, ${columns.map((name) => `s.${name}::VARCHAR AS ${name}, json_extract_string(decode(b.payload), '$.${name}') AS sent_${name}`).join(', ')}
  FROM silver_${source} s JOIN bronze_${source} b USING (_seq, _index) JOIN ledger l ON l.source = '${source}' AND l.seq = _seq AND l.idx = _index
  WHERE l.becomes = 'silver' AND l.kind IN (SELECT kind FROM plain) AND (${[id, ...columns].map((name) => `s.${name}::VARCHAR IS DISTINCT FROM json_extract_string(decode(b.payload), '$.${name}')`).join(' OR ')})
  LIMIT ${rowsShown}`;

export async function checkValues(ask: Ask, findings: Findings): Promise<void> {
  await ask(
    `CREATE TEMP TABLE plain AS SELECT unnest(['valid-orders', 'valid-texts', 'valid-loose', 'valid-msg-id', 'wide-id', 'wide-integer-ids', 'int64-edges', 'repeated-headers', 'many-subjects', 'fast-clock', 'whole-cents']) AS kind`,
  );
  const questions = [
    same('orders', 'order_id', ['customer', 'region', 'pieces', 'score', 'note', 'cast', 'code']),
    same('texts', 'id', ['k', 'shard', 'name']),
    same('loose', 'id', ['k']),
  ];
  for (const question of questions) for (const row of await ask(question)) findings.add('values', row);
}

const canary = `'canary-(\\d+)-'`;

export async function checkQuotes(ask: Ask, findings: Findings): Promise<void> {
  for (const source of ['orders', 'texts', 'loose']) {
    const rows = await ask(
      `SELECT reason, _seq AS seq, message, count(*) OVER ()::INT AS n FROM quarantine_${source} WHERE regexp_matches(message, ${canary}) AND NOT contains(decode(payload), regexp_extract(message, ${canary})) LIMIT ${rowsShown}`,
    );
    const n = Number(rows[0]?.['n'] ?? 0);
    if (n > 0) findings.add('quotes', { source, ...rows[0], n }, n);
  }
}
