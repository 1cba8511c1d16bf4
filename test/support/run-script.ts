/** Runs one of the set-up scripts to its end. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from './project-root.js';

const execute = promisify(execFile);

/** Resolves with standard output; the error of a failure carries the script's own message. */
export async function runScript(name: string, args: readonly string[] = []): Promise<string> {
  const { stdout } = await execute(process.execPath, [join(projectRoot, 'scripts', name), ...args]);
  return stdout;
}
