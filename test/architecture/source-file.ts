/** The project's own source files, and where each belongs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { type SourceFact, sourceFacts } from './source-facts.js';

export interface SourceFile {
  /** From the root of the repository, e.g. `libs/frame/headers.ts`. */
  readonly path: string;
  readonly text: string;
  readonly facts: readonly SourceFact[];
}

const folders = ['apps', 'libs', 'examples', 'test', 'scripts', '.ci'];

/** Reads and parses every TypeScript and script file. */
export function readSourceFiles(): SourceFile[] {
  return folders
    .filter((folder) => existsSync(join(projectRoot, folder)))
    .flatMap(listFolder)
    .map((path) => makeSourceFile(path, readFileSync(join(projectRoot, path), 'utf8')));
}

/** A file of the project, from disk or made up by a test. */
export function makeSourceFile(path: string, text: string): SourceFile {
  return { path, text, facts: sourceFacts(text) };
}

function listFolder(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return listFolder(path);
    return /\.(ts|mjs)$/.test(entry.name) ? [path] : [];
  });
}

/** Tests beside the code. */
export const isSpec = (file: SourceFile): boolean => file.path.endsWith('.spec.ts');

/** `frame` for `libs/frame/headers.ts`; undefined outside libs. */
export const libOf = (path: string): string | undefined => /^libs\/([^/]+)\//.exec(path)?.[1];

/** `ingest` for `apps/ingest/main.ts`; undefined outside apps. */
export const appOf = (path: string): string | undefined => /^apps\/([^/]+)\//.exec(path)?.[1];
