/** The pipeline of the workload with short horizons: what a service has to remember by contract stops growing soon. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';

/** Longer than any producer tries again, in time of arrival. */
const horizon = '4m';
/** The same in event time, which runs faster than the clock: 20 ms for each event. */
const lateness = '8m';

/** @returns the folder of the copy, and of that of the other version */
export function copyWithShortMemory(into: string): readonly [string, string] {
  return [copyOne('pipeline', into), copyOne('pipeline-v2', into)];
}

function copyOne(name: string, into: string): string {
  const folder = join(into, name);
  cpSync(join(projectRoot, 'test', 'faults', 'workload', name), folder, { recursive: true });
  const file = join(folder, 'pipeline.yaml');
  const before = readFileSync(file, 'utf8');
  const after = before
    .replace(/horizon: \w+/, `horizon: ${horizon}`)
    .replaceAll(/lateness: \w+/g, `lateness: ${lateness}`);
  if (after === before) throw new Error(`${file} has neither a horizon nor a lateness to shorten`);
  writeFileSync(file, after);
  return folder;
}
