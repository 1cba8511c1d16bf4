/** Prints the path of Helm, after getting it if it is missing. */

import { runMain } from './setup/ground/say.mjs';
import { ensureHelm } from './setup/servers/helm.mjs';

await runMain(async () => {
  process.stdout.write(`${await ensureHelm()}\n`);
});
