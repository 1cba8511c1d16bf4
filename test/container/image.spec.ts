/** The images hold what they need and nothing else, run as nobody in particular, and can always be stopped. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';
import { Containers } from './support/containers.js';
import { type Engine, engineMsMax, startEngine } from './support/engine.js';
import { type App, apps, buildImages, buildMsMax, imageOf } from './support/images.js';

/** Uncompressed. Node takes 121 MB of it, polars 115, Debian 85; DuckDB 70 in the image of the command line. */
const megabytesMax: Readonly<Record<App, number>> = {
  ingest: 380,
  validate: 380,
  enrich: 380,
  aggregate: 380,
  'lake-writer': 380,
  afluente: 460,
};

let engine: Engine;
let containers: Containers;
beforeAll(async () => {
  engine = await startEngine();
  containers = new Containers(engine);
  await buildImages(engine);
}, engineMsMax + buildMsMax);
afterEach(() => containers?.removeAll());
afterAll(() => engine?.stop(), engineMsMax);

interface ImageFacts {
  readonly Size: number;
  readonly RootFS: { readonly Layers: readonly string[] };
  readonly Config: {
    readonly User: string;
    readonly Entrypoint: readonly string[];
    readonly Env: readonly string[];
    readonly StopSignal: string;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Healthcheck?: { readonly Test: readonly string[] };
  };
}

const factsOf = async (app: App): Promise<ImageFacts> =>
  (JSON.parse(await engine.docker(['image', 'inspect', imageOf(app)])) as [ImageFacts])[0];
const shell = (app: App, script: string): Promise<string> =>
  engine.docker(['run', '--rm', '--user', '0', '--entrypoint', 'sh', imageOf(app), '-c', script]);

describe.each(apps)('the image of %s', (app) => {
  test('runs its program as process 1, by exec, as a user with a number', async () => {
    const { Config } = await factsOf(app);
    expect(Config).toMatchObject({
      User: '10001:10001',
      StopSignal: 'SIGTERM',
      Entrypoint: ['node', '--import', '/app/first-process.mjs', `/app/dist/apps/${app}/main.js`],
    });
    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'Afluente',
      'org.opencontainers.image.licenses': 'Apache-2.0',
    });
    expect(Config.Healthcheck?.Test).toEqual(app === 'afluente' ? undefined : ['CMD', 'node', 'healthcheck.mjs']);
  });

  test('is not larger than it has to be', async () => {
    const { Size } = await factsOf(app);
    process.stderr.write(`${imageOf(app)}: ${Math.round(Size / 1e6)} MB\n`);
    expect(Size / 1e6).toBeLessThan(megabytesMax[app]);
  });
});

test('the services share all of their layers', async () => {
  const layers = await Promise.all(
    apps.filter((app) => app !== 'afluente').map(async (app) => (await factsOf(app)).RootFS.Layers.join()),
  );
  expect(new Set(layers).size).toBe(1);
});

test('there is nothing in them to build with, no source, no test, no credential, no program that gives rights', async () => {
  const found = await shell(
    'afluente',
    `
    for name in npm npx yarn corepack gcc cc make python3 git curl wget; do command -v $name; done
    find / -xdev -name npm -path '*node_modules*' -prune
    find /app -name '*.ts' -o -name '.npmrc' -o -name '.git'
    # Maps of the programs name lines of sources, and hold none.
    find /app -name '*.map' ! -path '/app/dist/apps/*'
    find /app/dist/apps -name '*.map' -exec grep -l sourcesContent {} +
    find /app/dist -name '*.spec.js'
    find /app/node_modules -maxdepth 2 -name '@swc' -o -maxdepth 2 -name typescript -o -maxdepth 2 -name jest
    find /root /run /tmp -xdev -type f
    find / -xdev -type f -perm /6000`,
  );
  expect(found).toBe('');
  expect(
    JSON.stringify([await factsOf('afluente'), await engine.docker(['history', '--no-trunc', imageOf('afluente')])]),
  ).not.toMatch(/authtoken|_password|BEGIN/i);
});

test('nobody but root may write anywhere but to /tmp and /lake', async () => {
  const writable = await shell(
    'ingest',
    `find / -xdev ! -type l \\( -perm -0002 -o -user 10001 -o -group 10001 \\) ! -path '/proc/*' ! -path '/dev/*'`,
  );
  expect(writable.split('\n').filter((path) => !['/tmp', '/lake', '/var/tmp', '/run/lock'].includes(path))).toEqual([]);
});

test('the command line works in a container that can write to /tmp only', async () => {
  const { code, output } = await containers.runApp('afluente', 'lint', { args: ['lint'] });
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('pipeline sales-tech is valid') });
});

test('a service without configuration says what to set, and ends', async () => {
  const { code, output } = await containers.runApp('ingest', 'bare');
  expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('AFL_PIPELINE is not set') });
});

test.each<[string, App, string[]]>([
  ['a service that is still loading', 'validate', []],
  ['a command that handles no signal', 'afluente', ['streams', '--nats=nats://192.0.2.1:4222']],
])('%s ends at SIGTERM, although it is process 1', async (_, app, args) => {
  const options = ['--volume', `${projectRoot}/examples/sales-tech:/pipeline:ro`];
  await containers.startApp(app, 'early', {
    args,
    options,
    env: { AFL_PIPELINE: '/pipeline', AFL_NATS_URL: 'nats://192.0.2.1:4222' },
  });
  expect([0, 143]).toContain(await containers.terminate('early'));
});
