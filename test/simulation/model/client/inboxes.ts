/** The subscriptions of a client: inboxes with callbacks. */
import type { Msg } from '@nats-io/transport-node';
import type { Delivered } from '../streams/model-consumer.js';

type Callback = (error: Error | null, message: Msg) => void;

const decoder = new TextDecoder();

export class Inboxes {
  readonly #callbacks = new Map<string, Callback>();

  /** @param subject an inbox, or `<inbox>.*` */
  open(subject: string, callback: Callback = () => undefined): { getSubject(): string; unsubscribe(): void } {
    this.#callbacks.set(subject, callback);
    return { getSubject: () => subject, unsubscribe: () => void this.#callbacks.delete(subject) };
  }

  has(inbox: string): boolean {
    return this.#callbackOf(inbox) !== undefined;
  }

  hand(inbox: string, { reply, subject, headers, data }: Delivered): void {
    const message: Msg = {
      subject: subject === '' ? inbox : subject,
      sid: 0,
      ...(reply !== '' && { reply }),
      data,
      ...(headers && { headers }),
      respond: () => false,
      json: <T>() => JSON.parse(decoder.decode(data)) as T,
      string: () => decoder.decode(data),
    };
    this.#callbackOf(inbox)?.(null, message);
  }

  #callbackOf(inbox: string): Callback | undefined {
    return this.#callbacks.get(inbox) ?? this.#callbacks.get(`${inbox.slice(0, inbox.lastIndexOf('.'))}.*`);
  }
}
