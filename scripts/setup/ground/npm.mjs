/** Calls npm under a chosen node, free of what an outer `npm run` left in the environment. */
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { run } from './run.mjs';
import { SetupError } from './say.mjs';

const leftByOuterRun = /^npm_(config_local_prefix|config_prefix|package_|lifecycle_|command$|node_execpath$)/;

/**
 * @param {string} node path of the node binary npm has to run on
 * @param {string[]} args
 * @param {{ cwd: string, remedy: string }} options
 */
export function npm(node, args, { cwd, remedy }) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !leftByOuterRun.test(name)));
  env['PATH'] = `${dirname(node)}:${process.env['PATH'] ?? '/usr/bin:/bin'}`;
  env['npm_config_update_notifier'] = 'false';
  const cli = process.env['npm_execpath'];
  if (cli?.endsWith('npm-cli.js')) return run(node, [cli, ...args], { cwd, env, remedy });
  return run('npm', args, { cwd, env, remedy });
}

/** @returns {string} the folder of this machine's npm */
export function npmFolder() {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'npm'))
    .find((path) => existsSync(path));
  const cli = process.env['npm_execpath']?.endsWith('npm-cli.js')
    ? process.env['npm_execpath']
    : onPath && realpathSync(onPath);
  if (!cli?.endsWith('npm-cli.js')) throw new SetupError('No npm found on PATH. Install it.');
  return dirname(dirname(cli));
}
