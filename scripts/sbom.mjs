/** Writes the bill of materials of what runs in production, CycloneDX JSON: `node scripts/sbom.mjs [file]`; checks that it is whole. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { inRoot, root } from './setup/ground/paths.mjs';
import { productionPackages } from './supply/production-packages.mjs';

/**
 * @typedef {{ 'bom-ref': string, name: string, version: string }} Component
 * @typedef {{ bomFormat: string, specVersion: string, components: Component[], dependencies: { ref: string, dependsOn?: string[] }[] }} Bill
 */

const file = resolve(process.argv[2] ?? inRoot('data', 'sbom.cdx.json'));
// npm's own `--omit dev` also leaves out what production shares with a development dependency, e.g. ajv: so all is asked for, and chosen here.
/** @type {Bill} */
const whole = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  }),
);
const shipped = new Set(productionPackages(root).map(({ name, version }) => `${name}@${version}`));
const components = whole.components.filter(({ name, version }) => shipped.has(`${name}@${version}`));
const refs = new Set(components.map((component) => component['bom-ref']));
const isRoot = (/** @type {string} */ ref) => !whole.components.some((component) => component['bom-ref'] === ref);
const dependencies = whole.dependencies
  .filter(({ ref }) => refs.has(ref) || isRoot(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
const named = new Set(components.map(({ name, version }) => `${name}@${version}`));
const direct = Object.entries(JSON.parse(readFileSync(inRoot('package.json'), 'utf8')).dependencies).map(
  ([name, version]) => `${name}@${version}`,
);
const missing = [...new Set([...shipped, ...direct])].filter((name) => !named.has(name));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify({ ...whole, components, dependencies }, null, 2)}\n`);
process.stdout.write(
  `${file}: ${whole.bomFormat} ${whole.specVersion}, ${components.length} components\n${missing.map((name) => `${name} is missing\n`).join('')}`,
);
process.exitCode = missing.length === 0 && whole.bomFormat === 'CycloneDX' ? 0 : 1;
