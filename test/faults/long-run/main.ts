/** `npm run test:long`: one long run. */
import { join } from 'node:path';
import { runProgram } from '../program.js';
import { copyBuild } from '../world/copy-build.js';
import { longRun } from './long-run.js';
import { commandOf, readOptions } from './options.js';

const options = readOptions();

await runProgram({
  name: `long-${options.seed}-${options.servers}`,
  servers: options.servers,
  again: commandOf(options),
  async run(run) {
    const verdict = await longRun({ options, root: copyBuild(join(run.temporary, 'build')), ...run });
    return { verdict, succeeded: verdict.verdict === 'pass' };
  },
});
