/** What identifies an event: fields of its own, and what came with its envelope and message. */
import { idOf } from '#contract/columns/contract-fields';
import { arrivalColumn, ownIds, type Source } from '#pipeline/model/model';
import type { MessageValues } from './message-columns.js';
import { besideColumns } from './open-envelope.js';
import type { RawRows } from './raw-rows.js';

/** Fields of a source by where they are: in the event, or with its envelope or message. */
export interface FieldPlaces {
  /** Paths into the event. */
  readonly ids: readonly string[];
  readonly key: string | undefined;
  readonly eventTime: string | undefined;
  /** The other ids, in the order of the pipeline. */
  readonly messageIds: readonly string[];
}

export function fieldPlaces(source: Source): FieldPlaces {
  const { id, key, eventTime } = source;
  const { field } = eventTime;
  const ofMessage = new Set(besideColumns(source).map(({ name }) => name));
  const messageIds = id.filter((name) => ofMessage.has(name) || isOwnId(name));
  return {
    ids: id.filter((name) => !messageIds.includes(name)),
    messageIds,
    key: ofMessage.has(key) ? undefined : key,
    eventTime: field === arrivalColumn || ofMessage.has(field) ? undefined : field,
  };
}

function isOwnId(name: string): boolean {
  return ownIds.some((own) => own === name);
}

/** Which columns of envelope and message stand in for fields of the event. */
export function messageRoles(source: Source) {
  const { messageIds, key, eventTime } = fieldPlaces(source);
  return {
    messageIds,
    messageKey: key === undefined ? source.key : undefined,
    messageTime:
      eventTime === undefined && source.eventTime.field !== arrivalColumn ? source.eventTime.field : undefined,
  };
}

/** The parts of an id that come with a message; undefined when one is missing. */
export type MessageIdParts = (raw: RawRows, row: number, values: MessageValues) => readonly string[] | undefined;

/** @param names of `messageIds` @param columns names of the values */
export function messageIdParts(names: readonly string[], columns: readonly string[]): MessageIdParts {
  const parts = names.map((name) => partOf(name, columns));
  return (raw, row, values) => {
    const texts: string[] = [];
    for (const part of parts) {
      const text = part(raw, row, values);
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return texts;
  };
}

type Part = (raw: RawRows, row: number, values: MessageValues) => string | undefined;

function partOf(name: string, columns: readonly string[]): Part {
  // A message of several events has one id: their places tell them apart.
  if (name === '_msg_id') return (raw, row) => withIndex(raw.msgId(row), raw.index.number(row));
  if (name === '_payload') return (raw, row) => raw.buffer.toString('latin1', raw.start(row), raw.end(row));
  const at = columns.indexOf(name);
  return (_, __, values) => (values[at] == null ? undefined : String(values[at]));
}

function withIndex(msgId: string | undefined, index: number): string | undefined {
  return msgId === undefined || msgId === '' ? undefined : idOf([msgId, String(index)]);
}

/** The whole id; undefined when nothing but its place in the stream identifies an event. */
export function wholeId(ofEvent: string | undefined, ofMessage: readonly string[]): string | undefined {
  if (ofMessage.length === 0) return ofEvent;
  return idOf(ofEvent === undefined ? ofMessage : [ofEvent, ...ofMessage]);
}
