/** Prints the folder of prometheus and promtool, after getting them if they are missing. */

import { runMain } from './setup/ground/say.mjs';
import { ensurePrometheus } from './setup/servers/prometheus.mjs';

await runMain(async () => {
  process.stdout.write(`${await ensurePrometheus()}\n`);
});
