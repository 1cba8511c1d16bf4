/** The table of runs in RESULTS.md: one row for each, with the command that repeats it. Pure. */
import { findingKinds } from './check/findings.js';
import type { Verdict } from './judge.js';

export const resultsHeader = [
  '| verdict | nats-server | servers | replicas | seed | faults | kinds | events | unknown | findings | recovery s, median / max | seconds | day |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
].join('\n');

/** Adds a row behind the last one of the table. @throws when the text has no such table */
export function withRow(markdown: string, row: string): string {
  const start = markdown.indexOf(resultsHeader);
  if (start < 0) throw new Error('RESULTS.md has no table of runs: its header changed');
  const lines = markdown.slice(start).split('\n');
  const rows = lines.findIndex((line) => !line.startsWith('|'));
  return markdown.slice(0, start) + [...lines.slice(0, rows), row, ...lines.slice(rows)].join('\n');
}

/** @param day as 2026-01-31 */
export function rowOf(verdict: Verdict, day: string): string {
  const cells = [
    verdict['control'] === undefined ? verdict.verdict : `${verdict.verdict}: ${String(verdict['control'])}`,
    verdict['nats'],
    verdict['servers'],
    verdict['replicas'],
    verdict['seed'],
    verdict['faults'],
    Array.isArray(verdict['only'])
      ? verdict['only'].join(', ')
      : `all ${Object.keys(verdict['byKind'] as object).length}`,
    verdict['accepted'],
    verdict['unknown'],
    findingsOf(verdict),
    `${String(verdict['recoverySecondsMedian'])} / ${String(verdict['recoverySecondsMax'])}`,
    verdict['seconds'],
    day,
  ];
  return `| ${cells.join(' | ')} |`;
}

function findingsOf(verdict: Verdict): string {
  const found = findingKinds.flatMap((kind) =>
    verdict[kind] === 0 ? [] : [verdict[kind] === null ? `${kind} not checked` : `${kind} ${String(verdict[kind])}`],
  );
  return found.length === 0 ? '0' : found.join(', ');
}
