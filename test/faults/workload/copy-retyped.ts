/** The pipeline of the workload, with another type for one column. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param pipeline folder that is copied @param into becomes the folder of the copy, in which pieces are numbers, not integers */
export function copyRetyped(pipeline: string, into: string): string {
  cpSync(pipeline, into, { recursive: true });
  const file = join(into, 'contracts', 'order.schema.json');
  const before = readFileSync(file, 'utf8');
  const after = before.replace('"pieces": { "type": "integer"', '"pieces": { "type": "number"');
  if (after === before) throw new Error(`${file} has no integer "pieces" any more`);
  writeFileSync(file, after);
  return into;
}
