/** The Docker engine of a spec: scripts/docker-engine.mjs finds one or starts one, and ends what it started. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProcess } from '../../support/processes.js';
import { projectRoot } from '../../support/project-root.js';
import { makeTempDir } from '../../support/temp-dir.js';

export interface Engine {
  readonly host: string;
  /** Started by us: it reaches no registry, and has the images that scripts/setup/servers/docker-stand-ins.mjs makes. */
  readonly own: boolean;
  /** What to build on; undefined where the official image can be pulled. */
  readonly nodeImage: string | undefined;
  /** Runs the client. @returns standard output, trimmed @throws Error with what it said */
  docker(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  /** What a container wrote to both of its outputs lately. */
  logs(container: string): Promise<string>;
  stop(): Promise<void>;
}

/** The first start may have to install packages and make a base image, or wait for another spec's engine. */
export const engineMsMax = 20 * 60_000;

const pollMs = 100;
/** A client that says nothing for so long never will. */
const callMsMax = 15 * 60_000;
/** Longer than the engine takes to end its containers and itself. */
const stopMsMax = 60_000;
const outputBytesMax = 32 * 1024 * 1024;

export async function startEngine(): Promise<Engine> {
  const dir = makeTempDir('engine');
  const logFile = join(dir.path, 'engine.log');
  const program = await startProcess({
    file: process.execPath,
    args: [join(projectRoot, 'scripts', 'docker-engine.mjs')],
    logFile,
  });
  while (program.running() && startLineOf(logFile) === undefined) await sleep(pollMs);
  const line = startLineOf(logFile);
  if (line === undefined)
    throw new Error(`No Docker engine for the tests of the container images: ${program.logTail()}`);
  const { host, docker, own, nodeImage } = JSON.parse(line) as {
    host: string;
    docker: string;
    own: boolean;
    nodeImage?: string;
  };
  return {
    host,
    own,
    nodeImage,
    docker: async (args, env = {}) => (await call(docker, ['--host', host, ...args], env)).stdout.trim(),
    logs: async (container) => {
      const { stdout, stderr } = await call(docker, ['--host', host, 'logs', '--tail', '200', container], {});
      return stdout + stderr;
    },
    stop: async () => {
      // It ends containers and engine first.
      program.signal('SIGTERM');
      const force = setTimeout(() => program.signal('SIGKILL'), stopMsMax);
      await program.exited;
      clearTimeout(force);
      dir.remove();
    },
  };
}

/** What the script says when the engine answers. */
function startLineOf(logFile: string): string | undefined {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .find((text) => text.startsWith('{"host"'));
}

function call(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(
      file,
      [...args],
      { maxBuffer: outputBytesMax, timeout: callMsMax, env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        if (error)
          reject(new Error(`docker ${args.slice(2).join(' ')}: ${stderr.trim() || error.message}`, { cause: error }));
        else resolve({ stdout, stderr });
      },
    );
  });
}
