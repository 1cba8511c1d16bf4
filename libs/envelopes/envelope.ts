/** What an envelope is: what producers put around an event, which columns it gives, and where in it the event itself stands. */

/** A JSON object as it was parsed. */
export type Members = Readonly<Record<string, unknown>>;

/** The first header of this name in any case; undefined where a message has none. @param name small letters */
export type HeaderOf = (name: string) => string | undefined;

/** The JSON text at the end of these names, of which each is there. */
export type TextAt = (path: readonly string[]) => string;

/** A column beside those of the contract. */
export interface EnvelopeColumn {
  readonly name: string;
  readonly is: 'text' | 'time';
  /** No event is without it. */
  readonly required: boolean;
}

/** A text; of a time its text, as RFC 3339 writes it, or microseconds since the epoch, a safe integer. */
export type EnvelopeValue = string | number | null;

export interface Opened {
  /** Names that lead to the event in the JSON of the payload. None: the payload is the event. */
  readonly path: readonly string[];
  /** In the order of the columns. */
  readonly values: readonly EnvelopeValue[];
  /** JSON pointers to them in the payload, in the same order; '' of what stands in headers. */
  readonly pointers: readonly string[];
  /** What headers of `headerPrefix` say in the one mode and members in the other. @param name without the prefix, small letters */
  attributeOf?(name: string): string | undefined;
}

/** Why there is no event to be had. */
export interface Unopened {
  /** JSON pointer into the payload; '' is the whole. */
  readonly pointer: string;
  /** Never a value of the event; says what to do. */
  readonly mistake: string;
}

/** One kind of envelope, all that there is to say about it. Nothing is thrown, whatever a message holds. */
export interface Envelope {
  /** Their names are no names of other columns that Afluente adds. */
  readonly columns: readonly EnvelopeColumn[];
  /** Columns that identify an event together, where a source names none. Empty: its place in the stream does. */
  readonly id: readonly string[];
  /** The column that is the event time, where a source names none. */
  readonly eventTime: string;
  /** Headers whose names begin so are attributes, which may stand in the payload instead. */
  readonly headerPrefix?: string;
  /** What a payload without bytes means. */
  readonly emptyMeans: string;
  /**
   * Opens a message whose envelope stands in its headers: such a message is one event, whatever its payload looks like. Undefined: it stands in
   * the payload, which may hold many. Absent: it always does.
   */
  inHeaders?(headerOf: HeaderOf): Opened | Unopened | undefined;
  /**
   * Names that lead to the event, or to the value of a column, where they are the same in each payload: then a key is found there without parsing.
   * @param column undefined: the event
   */
  placeOf?(column: string | undefined): readonly string[];
  /** @param root the payload */
  inPayload(root: Members, textAt: TextAt): Opened | Unopened;
}

export function unopened(pointer: string, mistake: string): Unopened {
  return { pointer, mistake };
}

export function isOpened(outcome: Opened | Unopened): outcome is Opened {
  return 'path' in outcome;
}

/** The member of this name; undefined where the object has none, or null there. */
export function memberOf(object: Members, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

/** The value when it is an object and no array. */
export function membersIn(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}
