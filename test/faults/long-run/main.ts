/** `npm run test:long`: progress goes to standard error, the last line of standard output is the verdict as one JSON object. */
import { join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';
import { makeTempDir } from '../../support/temp-dir.js';
import { Cleanup } from '../cleanup.js';
import { History } from '../history.js';
import { copyBuild } from '../world/copy-build.js';
import { longRun } from './long-run.js';
import { readOptions } from './options.js';

const options = readOptions();
// The harness creates streams and buckets too, where it comes first.
process.env['AFL_STREAM_REPLICAS'] = options.servers === 'r1' ? '1' : '3';

const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
const history = new History(join(projectRoot, 'data', 'faults', `long-${options.seed}-${options.servers}-${stamp}`), (line) => process.stderr.write(`${line}\n`));
const cleanup = new Cleanup();
const stop = new AbortController();
const endNow = (): void => void cleanup.run().then(() => process.exit(130));
process.once('SIGINT', () => {
  process.stderr.write('stopping after this fault; again to stop at once\n');
  stop.abort();
  process.once('SIGINT', endNow);
});
process.once('SIGTERM', endNow);

try {
  const temporary = makeTempDir('long-run');
  cleanup.add(() => temporary.remove());
  const verdict = await longRun({ options, root: copyBuild(join(temporary.path, 'build')), temporary: temporary.path, history, cleanup, stop: stop.signal });
  await cleanup.run();
  process.stderr.write(`series, history and logs: ${history.save('verdict.json', verdict)}\n`);
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
  process.exitCode = verdict.verdict === 'pass' ? 0 : 1;
} catch (error) {
  await cleanup.run();
  process.stderr.write(`${(error as Error).stack}\nhistory and logs: ${history.folder}\n`);
  process.exitCode = 1;
}
