/** Where the chart is, what its release is called, and its values files for tests: each shows one way to install. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';

export const chartFolder = join(projectRoot, 'helm/afluente');
/** Labels that all objects of the rendered release have. */
export const release = { 'app.kubernetes.io/name': 'afluente', 'app.kubernetes.io/instance': 'shop' };
export const serviceNames = ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'] as const;

/** Names without `.yaml`, in a stable order. */
export const valuesNames: readonly string[] = readdirSync(join(chartFolder, 'ci'))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length))
  .sort();

export const valuesFile = (name: string): string => join(chartFolder, 'ci', `${name}.yaml`);
