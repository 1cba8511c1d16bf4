/** Every place of every message: in bronze once, byte for byte, and afterwards where it must be. */
import type { FindingKind, Findings } from '../findings.js';
import { type Ask, rowsShown, sources } from './lake-question.js';

interface Rule {
  readonly finding: FindingKind;
  /** True of a row of `ended_<source>` that is one. */
  readonly when: string;
}

/** The first event of a free mutation is written down whole: when it was several, `check-mutations.ts` looks at the pieces. */
const isFree = `coalesce(becomes, 'any') = 'any'`;

const rules: readonly Rule[] = [
  { finding: 'lost', when: 'i IS NOT NULL AND bronze = 0' },
  { finding: 'extra', when: 'i IS NULL AND (idx = 0 OR bronze = 0 OR seq NOT IN (SELECT seq FROM free))' },
  { finding: 'doubled', when: 'bronze > 1 OR silver > 1 OR quarantine > 1' },
  {
    finding: 'changed',
    when: `bronze = 1 AND NOT ${isFree} AND (CASE WHEN payload_md5 IS NULL THEN ref IS NULL OR fate <> 'too_large' ELSE sent_md5 <> '' AND sent_md5 <> payload_md5 END)`,
  },
  { finding: 'changed', when: `bronze = 1 AND sent_subject <> '' AND sent_subject <> subject_md5` },
  { finding: 'changed', when: `bronze = 1 AND sent_headers <> '' AND sent_headers IS DISTINCT FROM headers_md5` },
  { finding: 'both', when: `fate = 'both'` },
  {
    finding: 'fates',
    when: `i IS NOT NULL AND fate NOT IN ('lost', 'both') AND (CASE becomes WHEN 'any' THEN false WHEN 'refused' THEN fate IN ('silver', 'dropped') ELSE fate <> becomes END)`,
  },
];

export async function checkPlaces(ask: Ask, findings: Findings): Promise<void> {
  for (const source of sources) {
    await ask(
      `CREATE OR REPLACE TEMP TABLE free AS SELECT seq FROM ledger WHERE source = '${source}' AND becomes = 'any'`,
    );
    for (const { finding, when } of rules) {
      const groups = await ask(
        `SELECT kind, becomes, fate, count(*)::INT AS n, min(i) AS i, min(seq) AS seq, min(idx) AS idx FROM ended_${source} WHERE ${when} GROUP BY ALL ORDER BY n DESC`,
      );
      for (const [at, { n, ...row }] of groups.entries())
        findings.add(finding, at < rowsShown ? { source, n, ...row } : undefined, Number(n));
    }
  }
}

/** How the events of a run ended, all sources together. */
export async function countFates(ask: Ask): Promise<Readonly<Record<string, number>>> {
  const all = sources.map((source) => `SELECT fate FROM ended_${source}`).join(' UNION ALL ');
  const rows = await ask(`SELECT fate, count(*)::INT AS n FROM (${all}) GROUP BY 1 ORDER BY 2 DESC`);
  return Object.fromEntries(rows.map(({ fate, n }) => [String(fate), Number(n)]));
}
