/** Whether a pattern of subjects covers all that another one does (NATS: `*` is one token, `>` is all that follow). */
export function covers(pattern: string, subject: string): boolean {
  const tokens = subject.split('.');
  const wanted = pattern.split('.');
  for (const [i, token] of wanted.entries()) {
    if (token === '>') return tokens.length > i;
    if (tokens[i] === undefined || (token !== '*' && token !== tokens[i]) || (token === '*' && tokens[i] === '>'))
      return false;
  }
  return tokens.length === wanted.length;
}
