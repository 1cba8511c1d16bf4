/** A server and a folder for commands that end with a message, and what every such message has. */
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { type NatsServer, startNats } from '../../../support/nats-server.js';
import { makeTempDir, type TempDir } from '../../../support/temp-dir.js';
import { type CliResult, endPrograms } from '../cli.js';

export interface CommandPlace {
  readonly work: TempDir;
  readonly server: NatsServer;
}

/** Opens and closes both around the tests of the spec that calls it. */
export function commandPlace(name: string): CommandPlace {
  let work: TempDir;
  let server: NatsServer;
  beforeAll(async () => {
    work = makeTempDir(name);
    server = await startNats();
  });
  afterAll(async () => {
    await server.stop();
    work.remove();
  });
  afterEach(endPrograms);
  return {
    get work() {
      return work;
    },
    get server() {
      return server;
    },
  };
}

/** Throws unless the command ended with this code and a message without stack. */
export function expectTold({ code, stdout, stderr }: CliResult, exitCode: number): void {
  expect({ code, stderr, stdout }).toMatchObject({ code: exitCode, stderr: expect.stringMatching(/\S/) });
  expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
  expect(stderr).not.toMatch(/^\w*Error:/m);
}
