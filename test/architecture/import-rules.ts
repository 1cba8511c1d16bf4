/** Rules about who may import what. */
import { posix } from 'node:path';
import type { LibRow } from './lib-table.js';
import { appOf, isSpec, libOf, type SourceFile } from './source-file.js';

/** `path:line what is wrong: what to do`. */
export type Violation = string;

/** The only home of each technology; apps are wiring and get none of them but Nest. */
const homes: ReadonlyArray<readonly [packages: RegExp, owners: readonly string[]]> = [
  [/^(nodejs-polars|apache-arrow)(\/|$)/, ['columns']],
  [/^(@nats-io\/|nats$)/, ['nats']],
  [/^@(aws-sdk|smithy)\//, ['store']],
  [/^@duckdb\//, ['duckdb']],
  [/^hyparquet/, ['lake']],
  [/^(prom-client$|@opentelemetry\/)/, ['telemetry']],
  [/^string-width$/, ['terminal']],
  [/^temporal-polyfill(\/|$)/, ['contract']],
  [/^@nestjs\//, ['runtime']],
];

/** Every rule about imports, on the code of libs and apps; specs may use what they like as oracle or support. */
export function importViolations(file: SourceFile, table: ReadonlyMap<string, LibRow>): Violation[] {
  if (isSpec(file)) return [];
  return file.facts
    .filter(({ kind }) => kind === 'import' || kind === 'type-import')
    .flatMap(({ kind, text, line }) => {
      const problem = text.startsWith('#')
        ? libProblem(file.path, text, kind === 'type-import', table)
        : text.startsWith('.')
          ? pathProblem(file.path, text, kind === 'type-import')
          : packageProblem(file.path, text);
      return problem === undefined ? [] : [`${file.path}:${line} ${problem}`];
    });
}

function libProblem(
  path: string,
  specifier: string,
  typesOnly: boolean,
  table: ReadonlyMap<string, LibRow>,
): string | undefined {
  const target = specifier.slice(1).split('/')[0] ?? '';
  const from = libOf(path);
  if (from === undefined) return undefined;
  if (target === from) return `imports ${specifier} of its own lib: write a relative path that ends in .js.`;
  const row = table.get(from);
  const allowed = row?.mayImport.get(target);
  if (row === undefined || allowed === 'all' || (allowed === 'types' && typesOnly)) return undefined;
  if (allowed === 'types')
    return `imports ${specifier}, of which lib ${from} may use types only: write \`import type\`.`;
  return `imports ${specifier}, but lib ${from} may import ${[...row.mayImport.keys()].join(', ') || 'no other lib'}: move the code, or change the table in ARCHITECTURE.md and say why.`;
}

function pathProblem(path: string, specifier: string, typesOnly: boolean): string | undefined {
  const target = posix.join(posix.dirname(path), specifier);
  // The command line finds an example by its folder at run time: all it may know is the shape of one.
  if (appOf(path) === 'afluente' && target === 'examples/example.js' && typesOnly) return undefined;
  const from = libOf(path) ?? appOf(path);
  if (from === undefined || (libOf(target) ?? appOf(target)) === from) return undefined;
  return libOf(target) === undefined
    ? `imports ${specifier}, outside its ${libOf(path) === undefined ? 'app' : 'lib'}: libs know no apps, apps know no other apps.`
    : `imports ${specifier}: another lib is imported as #lib/file.`;
}

function packageProblem(path: string, specifier: string): string | undefined {
  const home = homes.find(([packages]) => packages.test(specifier));
  const from = libOf(path);
  if (home === undefined || (from === undefined && appOf(path) === undefined)) return undefined;
  const [, owners] = home;
  if (from === undefined ? specifier.startsWith('@nestjs/') : owners.includes(from)) return undefined;
  return `imports ${specifier}, which only lib ${owners.join(', ')} does: call that lib instead.`;
}
