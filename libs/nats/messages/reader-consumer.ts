/** What delivers a stream to a reader. */
import type { Msg } from './raw-message.js';

export interface Delivery {
  readonly seq: number;
  /** When the server stored it, nanoseconds since the epoch. */
  readonly timeNs: string;
  /** Messages that wait behind this one. */
  readonly pending: number;
}

export interface OpenConsumer {
  readonly name: string;
  /** How many messages it has delivered: the next one counts one more. */
  readonly deliveries: number;
  /** Messages that it delivered to another reader and that were not acknowledged, from the next wanted one on. */
  readonly before: AsyncIterable<Missed>;
}

/** A message read from the stream itself. */
export interface Missed {
  readonly message: Msg;
  readonly delivery: Delivery;
}

export interface ReaderConsumer {
  /** Makes it ready to deliver what is not older than `nextSeq`. Called again after each loss. */
  open(nextSeq: number): Promise<OpenConsumer>;
  /** A message came, perhaps once more. @param reply what an acknowledgement is published to */
  delivered?(seq: number, reply: string): void;
  /** The reader does not read from it any more. */
  end(name: string): void;
}
