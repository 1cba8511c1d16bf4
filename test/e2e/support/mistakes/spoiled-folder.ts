/** Ways to spoil a copy of a pipeline folder, and where in the original a text stands. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../support/project-root.js';

export const original = join(projectRoot, 'test', 'pipelines', 'orders');
export const yaml = 'pipeline.yaml';
export const schema = 'contracts/order.schema.json';
export const csv = 'reference/cities.csv';

export type Spoil = (folder: string) => void;

/** Throws when the file has no such text. */
export const edit =
  (file: string, from: string, to: string): Spoil =>
  (folder) => {
    const text = readFileSync(join(folder, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
    writeFileSync(join(folder, file), text.replace(from, to));
  };

/** 1-based line of a text in a file of the original. */
export function lineOf(file: string, text: string): number {
  const before = readFileSync(join(original, file), 'utf8').split(text)[0] ?? '';
  return before.split('\n').length;
}
