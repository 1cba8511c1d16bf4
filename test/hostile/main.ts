/** `npm run test:hostile`: one run of hostile messages. */
import { join } from 'node:path';
import { runProgram } from '../faults/program.js';
import { commandOf, readOptions } from './options.js';
import { runHostile } from './run-hostile.js';

const options = readOptions();

await runProgram({
  folder: 'hostile',
  name: `${options.seed}-${options.messages}`,
  servers: 'r1',
  again: commandOf(options),
  async run({ history, temporary, stop }) {
    const verdict = await runHostile({
      options,
      work: temporary,
      logs: join(history.folder, 'logs'),
      stop,
      tell: (what) => history.tell({ what }),
    });
    return { verdict, succeeded: verdict.verdict === 'pass' };
  },
});
