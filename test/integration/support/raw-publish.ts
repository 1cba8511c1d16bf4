/** Publishes by the bare protocol of NATS: what no client would send, but some program does. */
import { once } from 'node:events';
import { connect } from 'node:net';

/** @param block the headers as they go over the wire, from `NATS/1.0` to the empty line */
export async function publishRaw(
  url: string,
  subject: string,
  block: string | Uint8Array,
  payload: string | Uint8Array,
): Promise<void> {
  const { hostname, port } = new URL(url);
  const [head, body] = [Buffer.from(block), Buffer.from(payload)];
  const socket = connect(Number(port), hostname);
  let answered = '';
  socket.on('data', (data) => {
    answered += data.toString('latin1');
  });
  await once(socket, 'connect');
  socket.write(
    Buffer.concat([
      Buffer.from('CONNECT {"verbose":false,"headers":true}\r\n'),
      Buffer.from(`HPUB ${subject} ${head.length} ${head.length + body.length}\r\n`),
      head,
      body,
      Buffer.from('\r\nPING\r\n'),
    ]),
  );
  while (!/^(PONG|-ERR.*)\r$/m.test(answered)) await once(socket, 'data');
  socket.destroy();
  if (answered.includes('-ERR')) throw new Error(`the server refused it: ${answered}`);
}
