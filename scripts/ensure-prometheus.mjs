/** Prints the folder of prometheus and promtool, after getting them if they are missing. */
import { ensurePrometheus } from './setup/prometheus.mjs';
import { runMain } from './setup/say.mjs';

await runMain(async () => {
  process.stdout.write(`${await ensurePrometheus()}\n`);
});
