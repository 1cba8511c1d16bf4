/** What of an event's id, key and time comes with its envelope or message; or why the event must be refused for it. */
import type { Accepted } from '#contract/columns/contract';
import type { FieldsBeside } from '#pipeline/model/model';
import { type MessageIdParts, messageIdParts, wholeId } from '../raw/event-identity.js';
import { type Message, MessageReader, type MessageValues, UnfitHeader } from '../raw/message-columns.js';
import { besideColumns, type InEnvelope } from '../raw/open-envelope.js';
import type { RawRows } from '../raw/raw-rows.js';
import type { Why } from '../rows/rejected-columns.js';

/** Columns of envelope and message that stand in for fields of the event. */
export interface MessageRoles {
  readonly messageIds?: readonly string[];
  readonly messageKey?: string | undefined;
  readonly messageTime?: string | undefined;
}

export interface FoundPart {
  /** Undefined: nothing but its place in the stream identifies the event. */
  readonly id: string | undefined;
  readonly eventMs: number;
  readonly values: MessageValues;
}

const noValues: MessageValues = [];
const withoutId = missing(
  'the message has no Nats-Msg-Id, header, token of its subject or attribute, which the pipeline names as the event id',
);
const withoutKey = missing(
  'the message has no header or attribute, or no text in it, which the pipeline names as the key',
);
const withoutTime = missing('the message has no header or attribute that the pipeline names as the event time');
const timeOutOfRange: Why = {
  reason: 'time_out_of_range',
  pointer: '',
  message: 'the header or attribute that is the event time must lie within the years 1684 to 2255',
};

export class MessagePart {
  readonly #reader: MessageReader;
  readonly #ids: MessageIdParts;
  readonly #keyAt: number;
  readonly #timeAt: number;
  readonly #isEmpty: boolean;

  constructor({ messageIds = [], messageKey, messageTime }: MessageRoles, fields: FieldsBeside) {
    this.#reader = new MessageReader(fields);
    const names = besideColumns(fields).map(({ name }) => name);
    this.#ids = messageIdParts(messageIds, names);
    this.#keyAt = messageKey === undefined ? -1 : names.indexOf(messageKey);
    this.#timeAt = messageTime === undefined ? -1 : names.indexOf(messageTime);
    this.#isEmpty = this.#reader.names.length === 0;
  }

  /** @param around undefined where the source's events have no envelope */
  of(raw: RawRows, row: number, event: Accepted, around: InEnvelope | undefined): FoundPart | Why {
    const ofMessage = this.#isEmpty ? noValues : this.#reader.valuesOf(messageAt(raw, row, around));
    if (ofMessage instanceof UnfitHeader) return { reason: ofMessage.reason, pointer: '', message: ofMessage.message };
    const values = around === undefined ? ofMessage : [...around.values, ...ofMessage];
    const ids = this.#ids(raw, row, values);
    if (ids === undefined) return withoutId;
    if (this.#keyAt >= 0 && values[this.#keyAt] === null) return withoutKey;
    const eventUs = this.#timeAt >= 0 ? values[this.#timeAt] : event.eventTimeUs;
    if (eventUs === null) return withoutTime;
    if (typeof eventUs === 'bigint') return timeOutOfRange;
    const eventMs = eventUs === undefined ? raw.arrivedMs(row) : Math.floor(Number(eventUs) / 1000);
    return { id: wholeId(event.id, ids), eventMs, values };
  }
}

function messageAt(raw: RawRows, row: number, around: InEnvelope | undefined): Message {
  return { subject: raw.subject(row), header: around?.header ?? ((name) => raw.header(row, name)) };
}

function missing(message: string): Why {
  return { reason: 'missing_field', pointer: '', message };
}
