/** What each npm script runs, and how much set-up it needs. */

/**
 * @typedef {object} Command
 * @property {string[]} program arguments of Node 24, before the user's
 * @property {boolean} [build] needs dist
 * @property {'ensure' | 'find'} [nats] ensure: get a nats-server; find: hand one on if there is one
 */

const biome = 'node_modules/@biomejs/biome/bin/biome';
const quiet = ['--disable-warning=ExperimentalWarning'];

/** @type {Record<string, Command>} */
export const commands = {
  start: { program: ['dist/apps/afluente/main.js', 'start'], build: true, nats: 'ensure' },
  afluente: { program: ['dist/apps/afluente/main.js'], build: true, nats: 'find' },
  bench: { program: ['dist/test/bench/main.js'], build: true, nats: 'ensure' },
  test: {
    program: ['--experimental-vm-modules', ...quiet, 'node_modules/jest/bin/jest.js'],
    build: true,
    nats: 'ensure',
  },
  'test:faults': { program: ['dist/test/faults/main.js'], build: true },
  'test:repartition': { program: ['dist/test/repartition/main.js'], build: true, nats: 'ensure' },
  'test:hostile': { program: ['dist/test/hostile/main.js'], build: true, nats: 'ensure' },
  'test:long': { program: ['dist/test/faults/long-run/main.js'], build: true },
  'test:simulation': { program: ['dist/test/simulation/main.js'], build: true },
  typecheck: { program: ['node_modules/typescript/bin/tsc', '--noEmit'] },
  lint: { program: [biome, 'check', '--error-on-warnings'] },
  format: { program: [biome, 'check', '--write'] },
  generate: { program: ['dist/test/texts/generate.js'], build: true },
  dev: { program: ['scripts/development-loop.mjs'], build: true, nats: 'find' },
  build: { program: [], build: true },
};
