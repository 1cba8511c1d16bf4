/**
 * A Docker engine for tests of the container images: prints one JSON line `{host, docker, own, nodeImage}` and runs until SIGTERM or
 * Ctrl-C. `own`: started here, ends with this program; `nodeImage`: what to build on, absent where the official image can be pulled.
 */

import { runMain } from './setup/ground/say.mjs';
import { openEngine } from './setup/servers/docker-engine.mjs';
import { standInNats, standInNode } from './setup/servers/docker-stand-ins.mjs';

await runMain(async () => {
  const asked = new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, resolve);
  });
  const { host, docker, own, stop } = await openEngine();
  const alive = setInterval(() => undefined, 60_000);
  try {
    if (own) await standInNats({ host, docker });
    process.stdout.write(
      `${JSON.stringify({ host, docker, own, ...(own && { nodeImage: await standInNode({ host, docker }) }) })}\n`,
    );
    await asked;
  } finally {
    clearInterval(alive);
    await stop();
  }
});
