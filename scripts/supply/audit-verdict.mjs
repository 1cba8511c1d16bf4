/** What an answer of `npm audit --json` means. */

/** The registry could not be asked. */
export const notChecked = 3;
const judged = new Set(['moderate', 'high', 'critical']);

/**
 * @param {string} text what npm wrote
 * @returns {{ code: number, lines: string[] }} exit code, and what to say
 */
export function auditVerdict(text) {
  const answer = parsed(text);
  if (!answer?.vulnerabilities)
    return {
      code: notChecked,
      lines: [
        `NOT CHECKED: the registry does not answer audits (${answer?.message ?? 'npm said nothing'}). Run this step where it does.`,
      ],
    };
  const found = Object.values(answer.vulnerabilities);
  const bad = found.filter(({ severity }) => judged.has(severity));
  const lines = bad.map(
    ({ name, severity, range, via }) =>
      `${name} ${range}: ${severity}, ${via.map((one) => (typeof one === 'string' ? `by ${one}` : one.title)).join('; ')}`,
  );
  return {
    code: bad.length === 0 ? 0 : 1,
    lines: [`${bad.length} vulnerabilities of level moderate or worse, ${found.length - bad.length} others`, ...lines],
  };
}

/**
 * @param {string} text
 * @returns {{ message?: string, vulnerabilities?: Record<string, { name: string, severity: string, range: string, via: (string | { title: string })[] }> } | undefined}
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
