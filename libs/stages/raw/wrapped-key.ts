/** Finds the keys of events that stand in envelopes. */
import { Buffer } from 'node:buffer';
import { type EventObject, keyOf, parseObject } from '#contract/values/event-object';
import { type Envelope, isOpened, type Opened } from '#envelopes/envelope';
import { textAt } from '#envelopes/member-slice';
import { stepsOf } from '#pipeline/model/field-path';
import type { FieldsBeside, Source } from '#pipeline/model/model';
import { type KeyFinder, keyFinder } from './event-key.js';
import { type Message, MessageReader } from './message-columns.js';
import { headersBehind } from './open-envelope.js';
import type { KeySearch } from './split-events.js';

export class WrappedKey {
  readonly #path: string;
  readonly #reader: MessageReader;
  readonly #isOfMessage: boolean;
  /** Of the column of the envelope that is the key; -1: none. */
  readonly #column: number;
  /** Finds the key in an event that is a whole payload. */
  readonly #findInEvent: KeyFinder;
  /** Finds it in a payload with an envelope. */
  readonly find: KeyFinder;

  constructor(
    source: FieldsBeside & Pick<Source, 'key'>,
    private readonly envelope: Envelope,
  ) {
    this.#path = source.key;
    this.#reader = new MessageReader(source);
    this.#isOfMessage = this.#reader.names.includes(source.key);
    this.#column = envelope.columns.findIndex(({ name }) => name === source.key);
    const isInEvent = this.#column < 0 && !this.#isOfMessage;
    const steps = isInEvent ? stepsOf(source.key) : [];
    this.#findInEvent = isInEvent ? keyFinder(steps) : () => undefined;
    const place = this.#isOfMessage ? undefined : envelope.placeOf?.(isInEvent ? undefined : source.key);
    this.find = place ? keyFinder([...place, ...steps]) : () => undefined;
  }

  /** Of a message that is one event, because its envelope stands in the headers; undefined for all others. */
  ofWhole(message: Message, bytes: Buffer): { readonly key: string | undefined } | undefined {
    const opened = this.envelope.inHeaders?.((name) => message.header(name));
    if (opened === undefined) return undefined;
    if (!isOpened(opened)) return { key: undefined };
    const quick = this.#findInEvent(bytes, 0, bytes.length);
    if (quick !== undefined) return { key: quick };
    const text = bytes.toString();
    return { key: this.#keyOf(opened, parseObject(text) ?? {}, () => text, message) };
  }

  /** Of the events in the payload of a message. */
  search(message: Message): KeySearch {
    return {
      find: this.find,
      keyOf: (object, text) => {
        const opened = this.envelope.inPayload(object, (path) => {
          const bytes = Buffer.from(text());
          return textAt(bytes, 0, bytes.length, path);
        });
        return isOpened(opened) ? this.#keyOf(opened, object, text, message) : undefined;
      },
    };
  }

  #keyOf(opened: Opened, object: EventObject, text: () => string, message: Message): string | undefined {
    if (this.#isOfMessage) {
      const header = headersBehind(this.envelope, opened, (name) => message.header(name));
      return this.#reader.textOf({ subject: message.subject, header }, this.#path);
    }
    if (this.#column < 0) return keyOf(object, [...opened.path, ...stepsOf(this.#path)], text);
    const value = opened.values[this.#column];
    return typeof value === 'string' ? value : undefined;
  }
}
