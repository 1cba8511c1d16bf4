/** The NATS client keeps the bytes of a message where we read them, and one that moves them is named when it connects. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Msg, headers as newHeaders } from '@nats-io/transport-node';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { clientVersion, rawMessageOf, rawMessageProblem } from '#nats/messages/raw-message';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';

let server: NatsServer;
let nats: NatsClient;

beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'raw-message.spec');
});
afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

async function delivered(payload: string, withHeaders: boolean): Promise<Msg> {
  const headers = newHeaders();
  headers.append('Nats-Msg-Id', 'é');
  const subscription = nats.nc.subscribe('in.>', { max: 1 });
  nats.nc.publish('in.ção', payload, withHeaders ? { headers } : {});
  for await (const message of subscription) return message;
  throw new Error('nothing was delivered');
}

test('the version that we know is the one that package.json names', () => {
  const { dependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(clientVersion).toBe(dependencies['@nats-io/transport-node']);
});

describe('a message of the client as it is installed', () => {
  test.each([
    ['{"a":1}', true],
    ['{"a":1}', false],
    ['', true],
    ['', false],
  ])('with the payload %j and headers: %s', async (payload, withHeaders) => {
    const message = await delivered(payload, withHeaders);
    const { subject, bytes, headerBytes } = rawMessageOf(message)!;
    const block = withHeaders ? 'NATS/1.0\r\nNats-Msg-Id: é\r\n\r\n' : '';
    expect(rawMessageProblem(message)).toBeUndefined();
    expect([Buffer.from(subject).toString(), Buffer.from(bytes).toString(), Math.max(0, headerBytes)]).toEqual([
      'in.ção',
      block + payload,
      Buffer.byteLength(block),
    ]);
  });
});

describe('a client that keeps them elsewhere is refused, with the version that is expected:', () => {
  const says = expect.stringMatching(
    `where @nats-io/transport-node ${clientVersion} keeps them; the one that is installed, `,
  );

  test.each(['_msg', '_rdata'])('%s has another name', async (field) => {
    const message = await delivered('{}', true);
    Reflect.deleteProperty(message, field);
    expect(
      rawMessageProblem(
        Object.defineProperties(message, {
          subject: { value: 'in' },
          headers: { value: undefined },
          data: { value: Buffer.from('{}') },
        }),
      ),
    ).toEqual(says);
  });

  test('the bytes no longer hold the headers', async () => {
    const message = await delivered('{}', true);
    const { data, headers } = message;
    Object.assign(message, { _rdata: data });
    expect(
      rawMessageProblem(Object.defineProperties(message, { data: { value: data }, headers: { value: headers } })),
    ).toEqual(says);
  });
});
