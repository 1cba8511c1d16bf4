/** Prints the path of Helm, after getting it if it is missing. */
import { ensureHelm } from './setup/helm.mjs';
import { runMain } from './setup/say.mjs';

await runMain(async () => {
  process.stdout.write(`${await ensureHelm()}\n`);
});
