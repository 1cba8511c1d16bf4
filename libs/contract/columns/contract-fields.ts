/** Which properties of an event serve as id, key and event time. */

/** The properties of the event that identify it, decide its partition and say when it happened. A dot steps into an object: `properties.time`. */
export interface ContractFields {
  /** Several identify an event together. Undefined: what comes with its message does so alone. */
  readonly id?: string | readonly string[] | undefined;
  /** Undefined: it comes with the message, and so below. */
  readonly key?: string | undefined;
  readonly eventTime?: string | undefined;
}

/** Paths of the fields. */
export function pathsOf({ id, key, eventTime }: ContractFields): string[] {
  return [...new Set([id, key, eventTime].flat().filter((path) => path !== undefined))];
}

/** Paths of the fields that identify an event together. */
export function idsOf({ id }: ContractFields): readonly string[] {
  return id === undefined ? [] : [id].flat();
}

/** One text of what identifies an event: a single part as it stands; several so that others of the same characters in a row are another text. */
export function idOf(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : parts.map((part) => `${part.length}:${part}`).join('');
}
