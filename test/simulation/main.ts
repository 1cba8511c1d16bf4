/** `npm run test:simulation`: thousands of seeded runs of the real runtime over a model of JetStream, or one of them with its history. */
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { controlNames, isControlName } from '../controls/all-controls.js';
import { makeControl } from '../controls/make-control.js';
import { isClean } from '../faults/check/findings.js';
import { projectRoot } from '../support/project-root.js';
import type { SeedResult } from './run-seed.js';
import { runSeeds } from './seed-pool.js';
import { Summary } from './summary.js';

interface Options {
  readonly seeds: number;
  readonly first: number;
  readonly seed?: number;
  readonly control?: string;
}

const seedsOfControlMax = 1_000;
const progressEvery = 500;

const { seeds, first, seed, control } = new Command('test:simulation')
  .description('runs seeds in virtual time; ends with one line of JSON')
  .option('--seeds <n>', `how many; with --control at most, ${seedsOfControlMax} by default`, Number)
  .option('--first <n>', 'the first of them', Number, 1)
  .option('--seed <n>', 'only this one, with its history', Number)
  .option('--control <name>', `a build with a planted bug, which must be found: ${controlNames.join(', ')}`)
  .parse()
  .opts<Partial<Options>>() as Partial<Options>;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function tell({ seed: failing, settings, findings, history }: SeedResult): void {
  for (const line of history) process.stdout.write(`${line}\n`);
  const { verbose: _, env, ...rest } = settings;
  process.stdout.write(`seed ${failing}: ${JSON.stringify({ ...rest, ...env })}\n`);
  for (const example of findings.examples) process.stdout.write(`  ${example}\n`);
}

const replayOf = (failing: number): string =>
  `npm run test:simulation --${control === undefined ? '' : ` --control ${control}`} --seed ${failing}`;

/** Runs one seed again, for its history. */
async function replay(root: string, failing: number): Promise<SeedResult | undefined> {
  let replayed: SeedResult | undefined;
  const keep = (result: SeedResult): boolean => {
    replayed = result;
    return false;
  };
  await runSeeds({ root, seeds: [failing], verbose: true, onResult: keep });
  if (replayed) tell(replayed);
  return replayed;
}

async function runMany(root: string, summary: Summary, count: number): Promise<void> {
  await runSeeds({
    root,
    seeds: Array.from({ length: count }, (_, i) => (first ?? 1) + i),
    onResult: (result) => {
      summary.add(result);
      if (summary.seeds % progressEvery === 0) say(`${summary.seeds} seeds, ${summary.failed.length} failed`);
      if (!isClean(result.findings) && control === undefined)
        say(`seed ${result.seed}: ${result.findings.examples[0]}\n  ${replayOf(result.seed)}`);
      return control === undefined || isClean(result.findings);
    },
  });
  const [failing] = summary.failed;
  if (failing === undefined) return;
  await replay(root, failing);
  say(`once more: ${replayOf(failing)}`);
}

async function run(root: string): Promise<void> {
  const startedMs = performance.now();
  const summary = new Summary();
  if (seed !== undefined) {
    const result = await replay(root, seed);
    if (result) summary.add(result);
  } else await runMany(root, summary, seeds ?? seedsOfControlMax);
  const found = summary.failed.length > 0;
  const good = control === undefined ? !found : found;
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  const verdict = control === undefined ? (good ? 'passed' : 'failed') : good ? 'found' : 'not found';
  process.stdout.write(
    `${summary.line({ ...(control !== undefined && { control }), cores: availableParallelism(), seconds, verdict })}\n`,
  );
  process.exitCode = good ? 0 : 1;
}

if (control === undefined) await run(projectRoot);
else if (isControlName(control)) {
  const build = await makeControl(control);
  try {
    await run(build.root);
  } finally {
    build.remove();
  }
} else {
  say(`there is no control "${control}". Choose one of ${controlNames.join(', ')}.`);
  process.exitCode = 1;
}
