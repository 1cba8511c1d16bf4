/** Whether a Docker engine answers here, found out once per process. */
import { existsSync } from 'node:fs';
import { request } from 'node:http';

const answerMs = 1000;
let answer: Promise<boolean> | undefined;

/** AFL_TEST_NATS=local or =docker decides instead of the engine's answer. */
export function useDocker(): Promise<boolean> {
  const wish = process.env['AFL_TEST_NATS'];
  if (wish === 'local' || wish === 'docker') return Promise.resolve(wish === 'docker');
  answer ??= ping(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock');
  return answer;
}

/** From now on this process uses local binaries, e.g. because no image can be pulled. */
export function forgetDocker(): void {
  answer = Promise.resolve(false);
}

/** GET /_ping of the Docker Engine API. */
function ping(host: string): Promise<boolean> {
  const socketPath = /^unix:\/\/(.+)$/.exec(host)?.[1];
  if (socketPath !== undefined && !existsSync(socketPath)) return Promise.resolve(false);
  const tcp = socketPath === undefined ? new URL(host.replace(/^tcp:/, 'http:')) : undefined;
  const address = tcp === undefined ? { socketPath } : { host: tcp.hostname, port: tcp.port };
  return new Promise((resolve) => {
    const call = request({ ...address, path: '/_ping', timeout: answerMs, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy(new Error('no answer')));
    call.on('error', () => resolve(false));
    call.end();
  });
}
