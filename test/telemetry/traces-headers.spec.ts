/** The header with a trace context is found in messages as a real server delivers them, however the producer wrote it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Msg, type MsgHdrs, headers as newHeaders } from '@nats-io/transport-node';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { OriginReader } from '#nats/messages/message-origin';
import { type NatsServer, startNats } from '../support/nats-server.js';

let server: NatsServer;
let nats: NatsClient;

beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'traces-headers.spec');
});
afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

async function delivered(headers: MsgHdrs | undefined): Promise<Msg> {
  const subscription = nats.nc.subscribe('in', { max: 1 });
  nats.nc.publish('in', 'traceparent:of the payload', headers && { headers });
  for await (const message of subscription) return message;
  throw new Error('nothing was delivered');
}

function headersOf(pairs: ReadonlyArray<readonly [string, string]>): MsgHdrs {
  const headers = newHeaders();
  for (const [name, value] of pairs) headers.append(name, value);
  return headers;
}

function traceparentOf(message: Msg): string | undefined {
  const { headers } = new OriginReader().read(message);
  const at = headers!.findAnyCase(Buffer.from('traceparent'));
  return at < 0 ? undefined : headers!.value(at);
}

test.each([
  ['alone', [['traceparent', '00-a-b-01']], '00-a-b-01'],
  [
    'between others',
    [
      ['Nats-Msg-Id', '7'],
      ['traceparent', '00-a-b-01'],
      ['x', 'y'],
    ],
    '00-a-b-01',
  ],
  [
    'as a library for HTTP writes it',
    [
      ['Nats-Msg-Id', '7'],
      ['Traceparent', ' 00-a-b-01 '],
    ],
    '00-a-b-01',
  ],
  [
    'behind one whose name only begins alike',
    [
      ['traceparents', 'no'],
      ['x-traceparent', 'no'],
      ['traceparent', 'yes'],
    ],
    'yes',
  ],
  [
    'twice: the first counts',
    [
      ['traceparent', 'one'],
      ['traceparent', 'two'],
    ],
    'one',
  ],
  ['with more than ASCII', [['traceparent', 'ação']], 'ação'],
  ['empty', [['traceparent', '']], ''],
] as const)('the header %s', async (_, pairs, value) => {
  const message = await delivered(headersOf(pairs));
  expect(traceparentOf(message)).toBe(value);
  // Where another version of the client keeps its bytes elsewhere, the public way gives the same.
  expect(traceparentOf({ subject: 'in', headers: message.headers } as Msg)).toBe(value);
});

test.each([
  ['no headers', undefined],
  ['other headers', headersOf([['Nats-Msg-Id', 'traceparent: 1']])],
])('with %s there is none', async (_, headers) => {
  const message = await delivered(headers);
  expect(traceparentOf(message)).toBeUndefined();
  expect(traceparentOf({ subject: 'in', headers: message.headers } as Msg)).toBeUndefined();
});
