/** The parts of a plan as polars writes it in JSON: what is done is the name of the only member, or a text alone. */

export type PlanPart = string | number | boolean | null | readonly PlanPart[] | { readonly [name: string]: PlanPart };

/** What a part is, and what it holds: of a text alone nothing. */
export function kindOf(part: PlanPart): readonly [kind: string, body: PlanPart] {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return [String(part), null];
  const [entry] = Object.entries(part);
  return entry ?? ['', null];
}

export function isColumn(part: PlanPart): part is { readonly Column: string } {
  return typeof part === 'object' && part !== null && typeof Reflect.get(part, 'Column') === 'string';
}
