/**
 * Judges manifests by Kubernetes' own OpenAPI text, in the two forms the `kubernetes-models` packages give it: TypeScript types refuse fields
 * that do not exist and values that are not in an enumeration, validators refuse what is missing or has a wrong type or format.
 */
import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../support/project-root.js';
import { makeTempDir } from '../../support/temp-dir.js';
import type { Manifest } from './manifest.js';

const execute = promisify(execFile);

interface Model {
  validate(): void;
}

/** Module that describes the group and version of an object, e.g. `kubernetes-models/apps/v1`. */
function moduleOf({ apiVersion }: Manifest): string {
  if (apiVersion.startsWith('keda.sh/')) return `@kubernetes-models/keda/${apiVersion}`;
  if (apiVersion.startsWith('monitoring.coreos.com/')) return `@kubernetes-models/prometheus-operator/${apiVersion}`;
  return `kubernetes-models/${apiVersion}`;
}

/** What is missing, or has a wrong type or format, one line each. */
export async function valueProblems(manifest: Manifest): Promise<string[]> {
  const models = (await import(moduleOf(manifest))) as Record<string, (new (data: unknown) => Model) | undefined>;
  const Kind = models[manifest.kind];
  if (!Kind) return [`${manifest.apiVersion} has no kind ${manifest.kind}`];
  try {
    new Kind(manifest).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind} ${manifest.metadata.name}: ${(error as Error).message}`];
  }
}

/** Fields that do not exist, and values that are not allowed, one line each; all manifests in one run of the compiler. */
export async function fieldProblems(manifests: readonly Manifest[]): Promise<string[]> {
  const folder = makeTempDir('kubernetes-types');
  try {
    symlinkSync(join(projectRoot, 'node_modules'), join(folder.path, 'node_modules'));
    writeFileSync(join(folder.path, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder.path, 'manifests.ts'), manifests.map(declaration).join('\n'));
    return await compile(folder.path, manifests);
  } finally {
    folder.remove();
  }
}

/** One line of TypeScript: an object literal, because only literals are checked for fields that do not exist. */
function declaration(manifest: Manifest, index: number): string {
  return `export const manifest${index}: import('${moduleOf(manifest)}').I${manifest.kind} = ${JSON.stringify(manifest)};`;
}

async function compile(folder: string, manifests: readonly Manifest[]): Promise<string[]> {
  const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc');
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--types',
    '',
    'manifests.ts',
  ];
  const output = await execute(process.execPath, [compiler, ...options], {
    cwd: folder,
    maxBuffer: 16 * 1024 * 1024,
  }).then(
    () => '',
    ({ stdout = '', stderr = '' }: { stdout?: string; stderr?: string }) =>
      stdout + stderr || 'the compiler ended with an error and said nothing',
  );
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const manifest = manifests[Number(/^manifests\.ts\((\d+),/.exec(line)?.[1] ?? 0) - 1];
      return manifest ? `${manifest.kind} ${manifest.metadata.name}: ${line}` : line;
    });
}
