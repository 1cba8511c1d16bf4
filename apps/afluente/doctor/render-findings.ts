/** Findings for a terminal: each with its subject, what is wrong and what to do; of many that are alike, the first few. */
import { counted } from './facts-of.js';
import type { Finding, Severity } from './finding.js';

const alikeShownMax = 4;

export function renderFindings(findings: readonly Finding[], checked: number): string {
  const shown = new Map<string, Finding[]>();
  for (const finding of findings) {
    const kind = `${finding.severity} ${finding.id}`;
    shown.set(kind, [...(shown.get(kind) ?? []), finding]);
  }
  return `${[...shown.values()].flatMap(renderAlike).join('')}${summary(findings, checked)}\n`;
}

function renderAlike(alike: readonly Finding[]): string[] {
  const shown = alike.length === alikeShownMax + 1 ? alike.length : alikeShownMax;
  const lines = alike
    .slice(0, shown)
    .map(
      ({ severity, id, subject, message, remedy }) => `${severity}: ${subject}: ${message} [${id}]\n    ${remedy}\n`,
    );
  const left = alike.slice(shown);
  return left.length === 0
    ? lines
    : [
        ...lines,
        `${alike[0]!.severity}: ${left.length} more like it [${alike[0]!.id}]: ${left
          .map(({ subject }) => subject)
          .slice(0, alikeShownMax)
          .join(', ')}${left.length > alikeShownMax ? ', …' : ''} (--json has all)\n`,
      ];
}

function summary(findings: readonly Finding[], checked: number): string {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return `${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${counted(checked, 'check')}`;
}
