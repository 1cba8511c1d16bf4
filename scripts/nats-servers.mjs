/** Fetches the nats-server versions that compatibility tests run against and prints `version path` lines. */

import { withSetupLock } from './setup/ground/lock.mjs';
import { run } from './setup/ground/run.mjs';
import { runMain } from './setup/ground/say.mjs';
import { debianServerPath, fetchDebianServer, compatibilityLabels as labels } from './setup/servers/debian-nats.mjs';

await runMain(async () => {
  await withSetupLock(async () => {
    for (const label of labels) await fetchDebianServer(label);
  });
  for (const label of labels) {
    const answer = await run(debianServerPath(label), ['--version'], {
      remedy: `Remove .tools/nats/${label} and run this again.`,
    });
    process.stdout.write(`${label} ${debianServerPath(label)} ${answer.trim()}\n`);
  }
});
