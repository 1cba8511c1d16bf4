/** Columns of what comes with a message instead of standing in its events: tokens of its subject, and headers. */
import { Buffer } from 'node:buffer';
import type { ColumnSpec } from '#columns/types/column-spec';
import { parseDateTime } from '#contract/values/parse-time';
import type { MessageFields } from '#pipeline/model/model';
import { columnsIn } from '#pipeline/text/subject-pattern';
import { subjectsOverlap } from '#pipeline/text/subjects';

/** Every event of a message repeats them, so they may not be long. Bytes. */
export const headerBytesMax = 256;

/** By column: text, microseconds since the epoch of a time, null where the message has no such token or header. */
export type MessageValues = readonly (string | number | bigint | null)[];

/** A header that its column cannot hold. */
export class UnfitHeader {
  constructor(
    readonly reason: 'wrong_format' | 'time_out_of_range' | 'out_of_bounds',
    readonly message: string,
  ) {}
}

export interface Message {
  readonly subject: string;
  /** @param name small letters */
  header(name: string): string | undefined;
}

/** Tokens may be null where not all patterns have them, headers always. */
export function messageColumns({ patterns, headers }: MessageFields): ColumnSpec[] {
  const tokens = columnsIn(patterns).map(
    (name): ColumnSpec => ({
      name,
      type: { kind: 'string' },
      nullable: patterns.some(({ columns }) => columns[name] === undefined),
    }),
  );
  const others = headers.map(
    ({ column, isTime }): ColumnSpec => ({
      name: column,
      type: { kind: isTime ? 'timestamp' : 'string' },
      nullable: true,
    }),
  );
  return [...tokens, ...others];
}

/** Many subjects are not kept in mind: an event in a hundred thousand may have one of its own. */
const keptMax = 1_000;

export class MessageReader {
  readonly names: readonly string[];
  readonly #tokens: readonly string[];
  readonly #kept = new Map<string, MessageValues>();

  constructor(private readonly fields: MessageFields) {
    this.#tokens = columnsIn(fields.patterns);
    this.names = messageColumns(fields).map(({ name }) => name);
  }

  valuesOf(message: Message): MessageValues | UnfitHeader {
    const { headers } = this.fields;
    const tokens = this.#tokensOf(message.subject);
    if (headers.length === 0) return tokens;
    const values = [...tokens];
    for (const { column, header, isTime } of headers) {
      const value = headerValue(column, message.header(header), isTime);
      if (value instanceof UnfitHeader) return value;
      values.push(value);
    }
    return values;
  }

  /** The text of one column; undefined where the message has none, or an unfit one. */
  textOf(message: Message, name: string): string | undefined {
    const values = this.valuesOf(message);
    const value = values instanceof UnfitHeader ? undefined : values[this.names.indexOf(name)];
    return typeof value === 'string' ? value : undefined;
  }

  #tokensOf(subject: string): MessageValues {
    const kept = this.#kept.get(subject);
    if (kept) return kept;
    if (this.#kept.size >= keptMax) this.#kept.clear();
    const values = this.#readTokens(subject);
    this.#kept.set(subject, values);
    return values;
  }

  /** No two patterns of a source take the same subject. */
  #readTokens(subject: string): MessageValues {
    if (this.#tokens.length === 0) return [];
    const pattern = this.fields.patterns.find((one) => subjectsOverlap(one.subject, subject));
    const tokens = subject.split('.');
    return this.#tokens.map((name) => {
      const place = pattern?.columns[name];
      return place === undefined ? null : (tokens[place] ?? null);
    });
  }
}

function headerValue(
  column: string,
  text: string | undefined,
  isTime: boolean,
): string | number | bigint | null | UnfitHeader {
  if (text === undefined) return null;
  if (Buffer.byteLength(text) > headerBytesMax)
    return new UnfitHeader('out_of_bounds', `the header of column "${column}" has more than ${headerBytesMax} bytes`);
  if (!isTime) return text;
  const micros = parseDateTime(text.trim());
  return typeof micros === 'string'
    ? new UnfitHeader(
        micros,
        `the header of column "${column}" must be a date-time with an offset or Z, as RFC 3339 writes it`,
      )
    : micros;
}
