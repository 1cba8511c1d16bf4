/** Checks the licences of all packages that run in production: `node scripts/licences.mjs [folder]`; exit code 1 names those that may not be shipped. */
import { root } from './setup/ground/paths.mjs';
import { isAllowed } from './supply/licence-verdict.mjs';
import { productionPackages } from './supply/production-packages.mjs';

const packages = productionPackages(process.argv[2] ?? root);
/** @type {Map<string, number>} */
const counts = new Map();
for (const { licence = 'none' } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
const bad = packages.filter(({ licence }) => !isAllowed(licence));
process.stdout.write(
  `${packages.length} packages in production: ${[...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([licence, count]) => `${licence} ${count}`)
    .join(', ')}\n`,
);
for (const { name, version, licence } of bad) {
  process.stdout.write(
    `${name} ${version}: ${licence === undefined ? 'no licence is stated' : `licence ${licence}`}. Use another package, or, when its licence may be shipped, add it to scripts/supply/licence-verdict.mjs.\n`,
  );
}
process.exitCode = bad.length === 0 ? 0 : 1;
