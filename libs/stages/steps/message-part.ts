/** What of an event's id, key and time comes with its message; or why the event must be refused for it. */
import type { Accepted } from '#contract/columns/contract';
import type { MessageFields } from '#pipeline/model/model';
import { type MessageIdParts, messageIdParts, wholeId } from '../raw/event-identity.js';
import { type Message, MessageReader, type MessageValues, UnfitHeader } from '../raw/message-columns.js';
import type { RawRows } from '../raw/raw-rows.js';
import type { Why } from '../rows/rejected-columns.js';

/** Columns of the message that stand in for fields of the event. */
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
  'the message has no Nats-Msg-Id, header or token of its subject, which the pipeline names as the event id',
);
const withoutKey = missing('the message has no header, or no text in it, which the pipeline names as the key');
const withoutTime = missing('the message has no header that the pipeline names as the event time');
const timeOutOfRange: Why = {
  reason: 'time_out_of_range',
  pointer: '',
  message: 'the header that is the event time must lie within the years 1684 to 2255',
};

export class MessagePart {
  readonly #reader: MessageReader;
  readonly #ids: MessageIdParts;
  readonly #keyAt: number;
  readonly #timeAt: number;
  readonly #isEmpty: boolean;

  constructor({ messageIds = [], messageKey, messageTime }: MessageRoles, fields: MessageFields) {
    this.#reader = new MessageReader(fields);
    const { names } = this.#reader;
    this.#ids = messageIdParts(messageIds, names);
    this.#keyAt = messageKey === undefined ? -1 : names.indexOf(messageKey);
    this.#timeAt = messageTime === undefined ? -1 : names.indexOf(messageTime);
    this.#isEmpty = names.length === 0;
  }

  of(raw: RawRows, row: number, event: Accepted): FoundPart | Why {
    const values = this.#isEmpty ? noValues : this.#reader.valuesOf(messageAt(raw, row));
    if (values instanceof UnfitHeader) return { reason: values.reason, pointer: '', message: values.message };
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

function messageAt(raw: RawRows, row: number): Message {
  return { subject: raw.subject(row), header: (name) => raw.header(row, name) };
}

function missing(message: string): Why {
  return { reason: 'missing_field', pointer: '', message };
}
