/** Tells the patterns that backtracking runs in linear time too, which are most: there the engine of JavaScript is the quickest. */
import type { AST } from '@eslint-community/regexpp';

/**
 * Steps that the pattern costs for each character of a text, or `undefined` when it may cost more than a fixed number.
 *
 * A pattern that begins with `^`, has no groups, and at most one part whose count is open (`[a-z]{1,8}`, `.*`) has one choice to
 * make: how often that part stands. Each of the n choices is followed by parts of fixed length, m characters in all, so that no
 * text costs more than n × m steps.
 */
export function stepsOf({ alternatives }: AST.Pattern): number | undefined {
  const [only, ...others] = alternatives;
  const [start, ...parts] = only?.elements ?? [];
  if (others.length > 0 || start?.type !== 'Assertion' || start.kind !== 'start') return undefined;
  let steps = 1;
  let open = 0;
  for (const part of parts) {
    if (part.type === 'Quantifier' ? !isOneCharacter(part.element) : !isOneCharacter(part) && !isPlace(part))
      return undefined;
    if (part.type === 'Quantifier' && part.min !== part.max) open++;
    steps += part.type === 'Quantifier' && part.min === part.max ? part.min : 1;
  }
  return open > 1 ? undefined : steps;
}

function isOneCharacter({ type }: AST.Element): boolean {
  return type === 'Character' || type === 'CharacterSet' || type === 'CharacterClass';
}

/** An assertion that looks at no more than the two characters beside it. */
function isPlace(element: AST.Element): boolean {
  return (
    element.type === 'Assertion' && (element.kind === 'start' || element.kind === 'end' || element.kind === 'word')
  );
}
