/** Rules that keep pure libs free of I/O, clocks, randomness and waiting, and the environment in one file. */
import type { Violation } from './import-rules.js';
import type { LibRow } from './lib-table.js';
import type { SourceFact } from './source-facts.js';
import { isSpec, libOf, type SourceFile } from './source-file.js';

const environmentFile = 'libs/runtime/settings/config.ts';
/** Built-in modules that only compute. */
const computing = /^node:(assert|buffer|crypto|path\/posix|util|zlib)$/;
const impureMembers =
  /^(process\.(?!env$)|Math\.random$|Date\.now$|performance\.|console\.|crypto\.(random|getRandom)|globalThis\.process$)/;
const impureCalls =
  /^(fetch|setTimeout|setInterval|setImmediate|queueMicrotask|random(Bytes|UUID|Int|FillSync)|hrtime)$/;

/** In pure libs: nothing that answers differently the second time, and nothing asynchronous. */
export function purityViolations(file: SourceFile, table: ReadonlyMap<string, LibRow>): Violation[] {
  const lib = libOf(file.path);
  if (lib === undefined || isSpec(file) || table.get(lib)?.pure !== true) return [];
  return file.facts
    .filter(isImpure)
    .map(
      ({ kind, text, line }) =>
        `${file.path}:${line} ${kind === 'import' ? 'imports ' : ''}${text}: lib ${lib} is pure (ARCHITECTURE.md), so take the value as an argument and leave the doing to an edge or runtime.`,
    );
}

function isImpure({ kind, text }: SourceFact): boolean {
  switch (kind) {
    case 'import':
      return text.startsWith('node:') && !computing.test(text);
    case 'member':
      return impureMembers.test(text);
    case 'call':
      return impureCalls.test(text);
    case 'new-date':
    case 'async':
      return true;
    default:
      return false;
  }
}

/** `process.env` is read in one file, so that one table can name every setting. */
export function environmentViolations(file: SourceFile): Violation[] {
  if (!/^(libs|apps|examples)\//.test(file.path) || isSpec(file) || file.path === environmentFile) return [];
  return file.facts
    .filter(({ kind, text }) => kind === 'member' && text === 'process.env')
    .map(
      ({ line }) =>
        `${file.path}:${line} reads process.env: only ${environmentFile} does; take the setting as an argument.`,
    );
}
