/** A stored message as the client gives it. */
import type { StoredMsg } from '@nats-io/jetstream';
import { headers as newHeaders } from '@nats-io/transport-node';
import type { StoredMessage } from '../streams/stored-stream.js';

const decoder = new TextDecoder();

export function storedMessage({ seq, subject, headers, data, timeMs }: StoredMessage): StoredMsg {
  return {
    seq,
    subject,
    header: headers ?? newHeaders(),
    data,
    time: new Date(timeMs),
    timestamp: new Date(timeMs).toISOString(),
    pending: 0,
    lastSequence: 0,
    json: <T>() => JSON.parse(decoder.decode(data)) as T,
    string: () => decoder.decode(data),
  };
}
