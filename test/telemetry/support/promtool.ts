/** Prometheus' own programs for tests. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runScript } from '../../support/run-script.js';

const execute = promisify(execFile);
/** For `beforeAll`: the first caller of a clone may have to wait for the download. */
export const prometheusMsMax = 300_000;

let folder: Promise<string> | undefined;

/** Path of `prometheus` or `promtool`; downloads them when there are none. Throws with what to do. */
export async function findProgram(name: 'prometheus' | 'promtool'): Promise<string> {
  folder ??= runScript('ensure-prometheus.mjs').then((output) => output.trim());
  return join(await folder, name);
}

/** @returns what promtool says, and whether it was content */
export async function promtool(args: readonly string[]): Promise<{ ok: boolean; output: string }> {
  const program = await findProgram('promtool');
  return execute(program, args).then(
    ({ stdout, stderr }) => ({ ok: true, output: stdout + stderr }),
    ({ stdout = '', stderr = '' }: { stdout?: string; stderr?: string }) => ({ ok: false, output: stdout + stderr }),
  );
}
