/** A copy of a pipeline folder in a temporary place, with some of its text changed. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';

/** Changes of file texts: what is looked for must be there. */
export type Edits = Readonly<Record<string, (text: string) => string>>;

/** Shorter waits, so that a test need not sit through them. */
export const quick: Edits = {
  'pipeline.yaml': (text) =>
    text.replaceAll(/idleAfter: \w+/g, 'idleAfter: 1500ms').replace(/every: \w+/, 'every: 500ms'),
};

/** @returns the folder of the copy; its last name is that of the original */
export function copyPipeline(from: string, into: string, edits: Edits = quick): string {
  const folder = join(into, basename(from));
  cpSync(join(projectRoot, from), folder, { recursive: true });
  for (const [file, edit] of Object.entries(edits)) {
    const path = join(folder, file);
    const before = readFileSync(path, 'utf8');
    const after = edit(before);
    if (after === before) throw new Error(`the edit changes nothing in ${path}`);
    writeFileSync(path, after);
  }
  return folder;
}
