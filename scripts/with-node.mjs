/** Runs one of the project's commands after whatever set-up it still needs: `node scripts/with-node.mjs <command> …args`. */
import { existsSync } from 'node:fs';
import { runProgram } from './setup/ground/child.mjs';
import { withSetupLock } from './setup/ground/lock.mjs';
import { inRoot, root } from './setup/ground/paths.mjs';
import { runMain, SetupError, say } from './setup/ground/say.mjs';
import { build, buildReady, ensureBuild } from './setup/project/build.mjs';
import { commands } from './setup/project/commands.mjs';
import { dependenciesReady, ensureDependencies } from './setup/project/dependencies.mjs';
import { ensureNode24, environmentWith, findNode24 } from './setup/project/node24.mjs';
import { ensureNatsServer, findNatsServer } from './setup/servers/nats-server.mjs';
import { prepareTestServers, testServersReady } from './setup/servers/test-servers.mjs';

/** @typedef {import('./setup/project/commands.mjs').Command} Command */

await runMain(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  const command = commands[name];
  if (!command) throw new SetupError(`Unknown command \`${name}\`. Use one of: ${Object.keys(commands).join(', ')}.`);
  process.chdir(root);
  const wholeTests = name === 'test' && args.every((arg) => arg.startsWith('-'));
  const node = await setUp(name, command, wholeTests);
  if (command.program.length === 0) return 0;
  const [entry = ''] = command.program.filter((word) => !word.startsWith('--'));
  if (!existsSync(inRoot(entry)))
    throw new SetupError(`${entry} is missing. Run \`npm run build\` and look for its source.`);
  return runProgram(node, [...command.program, ...args], programEnvironment(node, command));
});

/**
 * @param {string} name
 * @param {Command} command
 * @param {boolean} wholeTests
 * @returns {Promise<string>} path of Node 24
 */
async function setUp(name, command, wholeTests) {
  const ready = name === 'build' || (wholeTests && !testServersReady()) ? undefined : readyNode(command);
  if (ready) return ready;
  const startMs = performance.now();
  const node = await withSetupLock(async () => {
    const found = await ensureNode24();
    await ensureDependencies(found);
    if (name === 'build') await build(found);
    else if (command.build) await ensureBuild(found);
    if (command.nats === 'ensure') await ensureNatsServer();
    if (wholeTests) await prepareTestServers();
    return found;
  });
  say(`set-up done in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  return node;
}

/**
 * @param {Command} command
 * @returns {string | undefined} Node 24 when nothing is left to set up
 */
function readyNode(command) {
  const node = findNode24();
  const ready =
    node && dependenciesReady() && (!command.build || buildReady()) && (command.nats !== 'ensure' || findNatsServer());
  return ready ? node : undefined;
}

/**
 * @param {string} node
 * @param {Command} command
 * @returns {NodeJS.ProcessEnv}
 */
function programEnvironment(node, command) {
  const server = command.nats && findNatsServer();
  // Programs that are started again and again, by tests above all, start sooner with what V8 has kept of them.
  const kept = { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? inRoot('dist', '.compile-cache') };
  return { ...environmentWith(node), ...kept, ...(server ? { AFL_NATS_SERVER: server } : {}) };
}
