/** Subjects and filters of NATS: `*` stands for one token, `>` for all that follow. */

export function matches(filter: string, subject: string): boolean {
  if (filter === subject || filter === '>') return true;
  if (!filter.includes('*') && !filter.endsWith('>')) return false;
  const [wanted, tokens] = [filter.split('.'), subject.split('.')];
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '>') return tokens.length > i;
    if (tokens[i] === undefined || (wanted[i] !== '*' && wanted[i] !== tokens[i])) return false;
  }
  return wanted.length === tokens.length;
}
