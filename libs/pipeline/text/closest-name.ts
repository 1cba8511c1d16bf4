/** The known name that a misspelt one most likely means. */

/** The nearest of `known` by edits, when at most a third of the letters differ (two for short names). */
export function closestName(wrong: string, known: readonly string[]): string | undefined {
  const editsMax = Math.max(2, Math.floor(wrong.length / 3));
  const candidates = known
    .map((name) => ({ name, edits: editDistance(wrong.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= editsMax && edits < name.length)
    .sort((a, b) => a.edits - b.edits);
  return candidates[0]?.name;
}

/** `Did you mean "x"?`, else the list of what is known. */
export function suggestName(wrong: string, known: readonly string[], what: string): string {
  const close = closestName(wrong.slice(0, 100), known);
  if (close !== undefined) return `Did you mean "${close}"?`;
  return known.length === 0 ? `There is no ${what}.` : `Use one of: ${known.join(', ')}.`;
}

/** Insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      current.push(edits);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
