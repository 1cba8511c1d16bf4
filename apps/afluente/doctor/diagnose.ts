/** From facts to findings: every check in turn, errors first. */
import { checks } from './checks.js';
import type { Facts } from './facts.js';
import type { Finding, Severity } from './finding.js';

const worstFirst: readonly Severity[] = ['error', 'warning'];

export function diagnose(facts: Facts): Finding[] {
  const found = checks.flatMap(({ id, severity, find }) =>
    find(facts).map((trouble): Finding => ({ id, severity, ...trouble })),
  );
  return worstFirst.flatMap((severity) => found.filter((finding) => finding.severity === severity));
}
