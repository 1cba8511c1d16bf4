/** Fetches the nats-server versions that compatibility tests run against and prints `version path` lines. */
import { debianServerPath, fetchDebianServer, compatibilityLabels as labels } from './setup/debian-nats.mjs';
import { withSetupLock } from './setup/lock.mjs';
import { run } from './setup/run.mjs';
import { runMain } from './setup/say.mjs';

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
