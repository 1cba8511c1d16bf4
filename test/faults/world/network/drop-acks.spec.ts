/** The filter that loses acknowledgements loses nothing else, wherever the bytes are cut. */
import { describe, expect, test } from '@jest/globals';
import { ackFilter } from './drop-acks.js';

const message = (subject: string, payload: string): string =>
  `MSG ${subject} 1 ${Buffer.byteLength(payload)}\r\n${payload}\r\n`;
const info = 'INFO {"server_id":"x","headers":true}\r\n';
const ack = message('_INBOX.a.1', '{"stream":"S","seq":7}');
const apiAnswer = message('_INBOX.a.2', '{"type":"io.nats.jetstream.api.v1.stream_info_response","config":{}}');
const event = message('events.orders', '{"stream":"no acknowledgement, an event"}');
const headers = 'NATS/1.0\r\nA: {"stream":\r\n\r\n';
const frame = `HMSG _INBOX.b 2 $JS.ACK.x ${headers.length} ${headers.length + 5}\r\n${headers}12\r\n3\r\n`;
const everything = [info, ack, 'PING\r\n', frame, event, ack, apiAnswer, '+OK\r\n'].join('');
const withoutAcks = [info, 'PING\r\n', frame, event, apiAnswer, '+OK\r\n'].join('');

function through(filter: (chunk: Buffer) => Buffer, text: string, chunkBytes: number): string {
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) out.push(filter(bytes.subarray(at, at + chunkBytes)));
  return Buffer.concat(out).toString();
}

describe('the filter of acknowledgements', () => {
  test.each([1, 2, 3, 7, 64, 10_000])('drops acknowledgements only, in chunks of %i bytes', (chunkBytes) => {
    let dropped = 0;
    expect(
      through(
        ackFilter(
          () => true,
          () => (dropped += 1),
        ),
        everything,
        chunkBytes,
      ),
    ).toBe(withoutAcks);
    expect(dropped).toBe(2);
  });

  test('lets everything pass while it is off', () => {
    expect(
      through(
        ackFilter(() => false),
        everything,
        5,
      ),
    ).toBe(everything);
  });

  test('can be switched in the middle of a connection', () => {
    let on = false;
    const filter = ackFilter(() => on);
    expect(through(filter, ack, 4)).toBe(ack);
    on = true;
    expect(through(filter, ack, 4)).toBe('');
  });
});
