/** Reads a lake back and compares it, id by id, with what a run published. */
import type { Query, Verdict } from './example.js';
import { checkGold, type GoldCheck } from './gold-check.js';
import { type LakeTables, lakeTables } from './lake-tables.js';
import { type Difference, multisetDifference } from './multiset-difference.js';

/** How the rows of a source are recognised. */
export interface SourceCheck {
  readonly name: string;
  /** SQL condition on `msg_id`: rows of this run. Rows without an id always count, as nobody sends them. */
  readonly ofRun: string;
  /** SQL condition on the columns of silver: rows of this run. */
  readonly silverOfRun: string;
  /** Columns of silver with their SQL types; `_seq` and `_index` are added. */
  readonly silverColumns: Readonly<Record<string, string>>;
  /** SQL over these columns: the event's id as text. */
  readonly eventId: string;
  /** SQL over these columns: id and values as text, like `fingerprint` of what was published. */
  readonly fingerprint: string;
}

/**
 * `publishedSql` gives one row per message: `source`, `msg_id`, `due` (silver, quarantine or none), `event_id`
 * (of the event that silver must hold; null for quarantine), `fingerprint` and `reasons` (codes joined by |), all text.
 */
export interface ReadBack {
  readonly publishedSql: string;
  readonly sources: readonly SourceCheck[];
  readonly gold: readonly GoldCheck[];
}

export async function readBack(query: Query, { publishedSql, sources, gold }: ReadBack): Promise<Verdict> {
  const tables = await lakeTables(query);
  await query(`CREATE OR REPLACE TEMP VIEW _published AS ${publishedSql}`);
  const counts = {
    published: await count(query, '_published'),
    accepted: 0,
    duplicates: 0,
    rejected: 0,
    late: 0,
    bronze: 0,
    silver: 0,
    gold: 0,
    quarantine: 0,
  };
  const differences: Difference[] = [];
  for (const source of sources) {
    await stage(query, tables, source);
    addTo(counts, await sourceCounts(query));
    differences.push(...(await sourceDifferences(query, source)));
  }
  for (const check of gold) {
    const { rows, differences: found } = await checkGold(query, tables, check);
    counts.gold += rows;
    differences.push(...found);
  }
  await dropTables(query);
  return {
    ...counts,
    lost: sumOf(differences, ({ lost }) => lost),
    extra: sumOf(differences, ({ extra }) => extra),
    differences: differences.flatMap(({ sentences }) => sentences),
  };
}

const place = { _seq: 'BIGINT', _index: 'BIGINT' };

/** The run's rows of one source, read once; values are kept as a hash. */
async function stage(query: Query, tables: LakeTables, source: SourceCheck): Promise<void> {
  const { name } = source;
  const ofRun = `(msg_id IS NULL OR ${source.ofRun})`;
  const silver = tables.read(`silver_${name}`, { ...source.silverColumns, ...place }, source.silverOfRun);
  const bronze = tables.read(`bronze_${name}`, { msg_id: 'VARCHAR', ...place }, ofRun);
  const quarantine = tables.read(`quarantine_${name}`, { msg_id: 'VARCHAR', reason: 'VARCHAR', ...place }, ofRun);
  await query(`CREATE OR REPLACE TEMP TABLE _sent AS
    SELECT msg_id, due, event_id, hash(fingerprint) AS fingerprint, reasons FROM _published WHERE source = '${name}'`);
  await query(`CREATE OR REPLACE TEMP TABLE _bronze AS SELECT * FROM ${bronze}`);
  await query(`CREATE OR REPLACE TEMP TABLE _quarantine AS SELECT * FROM ${quarantine}`);
  await query(`CREATE OR REPLACE TEMP TABLE _silver AS
    SELECT ${source.eventId} AS event_id, hash(${source.fingerprint}) AS fingerprint, _seq, _index FROM ${silver}`);
}

/** A duplicate is a message in bronze that is neither in silver nor in quarantine, while silver has its event. */
async function sourceCounts(query: Query): Promise<Record<string, number>> {
  return {
    bronze: await count(query, '_bronze'),
    silver: await count(query, '_silver'),
    quarantine: await count(query, '_quarantine'),
    late: await count(query, `_quarantine WHERE reason = 'late'`),
    rejected: await count(query, `_quarantine WHERE reason IS DISTINCT FROM 'late'`),
    accepted: await count(query, '(SELECT DISTINCT event_id FROM _silver SEMI JOIN _sent USING (event_id))'),
    duplicates: await count(
      query,
      `(SELECT msg_id FROM _bronze
        ANTI JOIN (SELECT _seq, _index FROM _silver UNION ALL SELECT _seq, _index FROM _quarantine) USING (_seq, _index))
       JOIN _sent USING (msg_id) SEMI JOIN _silver USING (event_id)`,
    ),
  };
}

async function sourceDifferences(query: Query, { name }: SourceCheck): Promise<Difference[]> {
  const idOr = (column: string) => `coalesce(${column}, '(no id)')`;
  const bronze = await multisetDifference(
    query,
    `bronze_${name}`,
    'SELECT msg_id AS id FROM _sent',
    `SELECT ${idOr('msg_id')} AS id FROM _bronze`,
  );
  const silver = await multisetDifference(
    query,
    `silver_${name}`,
    `SELECT event_id || ' #' || fingerprint AS id FROM _sent WHERE due = 'silver'`,
    `SELECT ${idOr('event_id')} || ' #' || fingerprint AS id FROM _silver`,
  );
  const quarantine = await multisetDifference(
    query,
    `quarantine_${name}`,
    `SELECT msg_id || ' ' || reasons AS id FROM _sent WHERE due = 'quarantine'`,
    `SELECT ${idOr('q.msg_id')} || ' ' ||
       CASE WHEN list_contains(string_split(s.reasons, '|'), q.reason) THEN s.reasons ELSE coalesce(q.reason, '(no reason)') END AS id
     FROM _quarantine q LEFT JOIN _sent s ON q.msg_id = s.msg_id`,
  );
  return [bronze, silver, quarantine];
}

async function dropTables(query: Query): Promise<void> {
  await query('DROP VIEW _published');
  for (const table of ['_sent', '_bronze', '_silver', '_quarantine']) await query(`DROP TABLE IF EXISTS ${table}`);
}

async function count(query: Query, from: string): Promise<number> {
  const [row] = await query(`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${from}`);
  return Number(row?.['n'] ?? 0);
}

function addTo(counts: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, n] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + n;
}

function sumOf(differences: readonly Difference[], count: (difference: Difference) => number): number {
  return differences.reduce((sum, difference) => sum + count(difference), 0);
}
