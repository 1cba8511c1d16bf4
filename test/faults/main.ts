/** `npm run test:faults`: one run of the harness. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeControl } from '../controls/make-control.js';
import { projectRoot } from '../support/project-root.js';
import type { Cleanup } from './cleanup.js';
import { succeeded, type Verdict } from './judge.js';
import { oneRun } from './one-run.js';
import { commandOf, readOptions } from './options.js';
import { runProgram } from './program.js';
import { rowOf, withRow } from './results.js';
import { copyBuild } from './world/copy-build.js';

const options = readOptions();

await runProgram({
  name: `${options.seed}-${options.servers}-${options.nats}`,
  servers: options.servers,
  again: commandOf(options),
  async run(run) {
    const root = await buildToRun(join(run.temporary, 'build'), run.cleanup);
    const verdict = await oneRun({ options, root, ...run });
    if (options.record) record(verdict);
    return { verdict, succeeded: succeeded(verdict) };
  },
});

function record(verdict: Verdict): void {
  const path = join(projectRoot, 'test', 'faults', 'RESULTS.md');
  writeFileSync(path, withRow(readFileSync(path, 'utf8'), rowOf(verdict, new Date().toISOString().slice(0, 10))));
}

async function buildToRun(folder: string, cleanup: Cleanup): Promise<string> {
  if (options.control === undefined) return copyBuild(folder);
  const control = await makeControl(options.control);
  cleanup.add(() => control.remove());
  return control.root;
}
