/** Builds the project's images from docker/Dockerfile, with this machine's way to the npm registry. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../support/project-root.js';
import { makeTempDir } from '../../support/temp-dir.js';
import type { Engine } from './engine.js';

export const apps = ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer', 'afluente'] as const;
export type App = (typeof apps)[number];

/** Two installations of the dependencies, when nothing of them is cached. */
export const buildMsMax = 15 * 60_000;

const execute = promisify(execFile);
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

export const imageOf = (app: App): string => `afluente-test/${app}`;

/** Builds the images of these programs; they share all layers but the last. */
export async function buildImages(engine: Engine, which: readonly App[] = apps): Promise<void> {
  const secrets = makeTempDir('build');
  try {
    const npmrc = join(secrets.path, 'npmrc');
    writeFileSync(npmrc, await npmConfiguration(), { mode: 0o600 });
    const ca = process.env['NODE_EXTRA_CA_CERTS'];
    const options = [
      '--file',
      join(projectRoot, 'docker/Dockerfile'),
      '--secret',
      `id=npmrc,src=${npmrc}`,
      ...(ca !== undefined && existsSync(ca) ? ['--secret', `id=ca,src=${ca}`] : []),
      ...proxies.filter((name) => process.env[name] !== undefined).flatMap((name) => ['--build-arg', name]),
      // Our own engine leads no packets out of the machine.
      ...(engine.nodeImage === undefined ? [] : ['--network', 'host', '--build-arg', `NODE_IMAGE=${engine.nodeImage}`]),
    ];
    for (const app of which)
      await engine.docker(['build', ...options, '--build-arg', `APP=${app}`, '--tag', imageOf(app), projectRoot], {
        DOCKER_BUILDKIT: '1',
      });
  } finally {
    secrets.remove();
  }
}

/** The machine's own npm configuration in one file: registry, credentials, certificates. No name of it stands in the project. */
async function npmConfiguration(): Promise<string> {
  const get = async (key: string): Promise<string> =>
    (await execute('npm', ['config', 'get', key], { cwd: projectRoot })).stdout.trim();
  const files = [await get('globalconfig'), await get('userconfig')].filter((file) => existsSync(file));
  return [...files.map((file) => readFileSync(file, 'utf8')), `registry=${await get('registry')}`, ''].join('\n');
}
