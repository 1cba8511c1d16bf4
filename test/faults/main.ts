/** `npm run test:faults`: progress goes to standard error, the last line of standard output is the verdict as one JSON object. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeControl } from '../controls/make-control.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir } from '../support/temp-dir.js';
import { Cleanup } from './cleanup.js';
import { History } from './history.js';
import { succeeded, type Verdict } from './judge.js';
import { oneRun } from './one-run.js';
import { commandOf, readOptions } from './options.js';
import { rowOf, withRow } from './results.js';
import { copyBuild } from './world/copy-build.js';

const options = readOptions();
const { seed, servers, nats } = options;
// The harness creates streams and buckets too, where it comes first.
process.env['AFL_STREAM_REPLICAS'] = servers === 'r1' ? '1' : '3';

const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
const history = new History(join(projectRoot, 'data', 'faults', `${seed}-${servers}-${nats}-${stamp}`), (line) => process.stderr.write(`${line}\n`));
const cleanup = new Cleanup();
const stop = new AbortController();
process.once('SIGINT', () => {
  process.stderr.write('stopping after this fault; again to stop at once\n');
  stop.abort();
  process.once('SIGINT', endNow);
});
process.once('SIGTERM', endNow);

try {
  const temporary = makeTempDir('faults');
  cleanup.add(() => temporary.remove());
  const root = await buildToRun(join(temporary.path, 'build'));
  const verdict = await oneRun({ options, root, temporary: temporary.path, history, cleanup, stop: stop.signal });
  await cleanup.run();
  const path = history.save('verdict.json', verdict);
  if (options.record) record(verdict);
  if (!succeeded(verdict)) sayWhere(path);
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
  process.exitCode = succeeded(verdict) ? 0 : 1;
} catch (error) {
  await cleanup.run();
  history.note({ what: 'broken', error: (error as Error).stack });
  process.stderr.write(`${(error as Error).stack}\n`);
  sayWhere(history.folder);
  process.exitCode = 1;
}

function record(verdict: Verdict): void {
  const path = join(projectRoot, 'test', 'faults', 'RESULTS.md');
  writeFileSync(path, withRow(readFileSync(path, 'utf8'), rowOf(verdict, new Date().toISOString().slice(0, 10))));
}

async function buildToRun(folder: string): Promise<string> {
  if (options.control === undefined) return copyBuild(folder);
  const control = await makeControl(options.control);
  cleanup.add(() => control.remove());
  return control.root;
}

function endNow(): void {
  void cleanup.run().then(() => process.exit(130));
}

function sayWhere(path: string): void {
  process.stderr.write(`history, logs and verdict: ${path}\nrun it again: ${commandOf(options)}\n`);
}
