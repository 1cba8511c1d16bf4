/** NATS subjects as patterns: validity and overlap (tokens split by ".", "*" is one token, ">" one or more at the end). */

/** What is wrong with a subject, or undefined. A filter of the user's own stream may begin with a wildcard. */
export function subjectFault(subject: string, use: 'own' | 'filter'): string | undefined {
  const tokens = subject.split('.');
  if (/[\s\u0000-\u001f\u007f]/.test(subject)) return 'must not contain spaces or control characters';
  if (tokens.includes('')) return 'must not have an empty token (a dot at an end or two dots)';
  if (tokens.slice(0, -1).includes('>')) return 'must have ">" only as its last token';
  if (tokens.some((token) => token.length > 1 && /[*>]/.test(token)))
    return 'must have "*" and ">" only as whole tokens';
  if (/[{}]/.test(subject)) return 'must have a brace only around a whole token that is a column, e.g. {region}';
  if (use === 'filter') return undefined;
  if (isWildcard(tokens[0]))
    return 'must not begin with a wildcard, which would take in the streams of Afluente itself';
  if (tokens[0] === 'afl') return 'must not begin with "afl", the subjects of Afluente itself';
  return subject.startsWith('$') || tokens[0] === '_INBOX' ? 'must not be a subject of the NATS system' : undefined;
}

/** Whether some subject matches both patterns. */
export function subjectsOverlap(a: string, b: string): boolean {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [one, other] = [left[i], right[i]];
    if (one === undefined || other === undefined) return false;
    if (one === '>' || other === '>') return true;
    if (one !== other && one !== '*' && other !== '*') return false;
  }
  return true;
}

function isWildcard(token: string | undefined): boolean {
  return token === '*' || token === '>';
}
