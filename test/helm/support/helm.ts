/** Runs Helm on the chart, and reads what it renders. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { runScript } from '../../support/run-script.js';
import { chartFolder, valuesFile } from './chart-folder.js';
import type { Manifest } from './manifest.js';

const execute = promisify(execFile);
const outputBytesMax = 64 * 1024 * 1024;
/** For `beforeAll`: the first caller of a clone may have to wait for the download. */
export const helmMsMax = 300_000;

let found: Promise<string> | undefined;

/** Path of the binary; downloads it when there is none. Throws with what to do. */
export function findHelm(): Promise<string> {
  found ??= runScript('ensure-helm.mjs').then((output) => output.trim());
  return found;
}

export interface HelmRun {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runHelm(args: readonly string[]): Promise<HelmRun> {
  const helm = await findHelm();
  return execute(helm, args, { maxBuffer: outputBytesMax }).then(
    ({ stdout, stderr }) => ({ ok: true, stdout, stderr }),
    ({ stdout = '', stderr = '' }: { stdout?: string; stderr?: string }) => ({ ok: false, stdout, stderr }),
  );
}

/** `helm template` with a values file of `ci/`; `sets` are `--set` expressions. */
export function template(name: string, sets: readonly string[] = []): Promise<HelmRun> {
  return runHelm([
    'template',
    'shop',
    chartFolder,
    '--namespace',
    'data',
    '--values',
    valuesFile(name),
    ...sets.flatMap((set) => ['--set', set]),
  ]);
}

const rendered = new Map<string, Promise<Manifest[]>>();

/** The rendered objects, once for all callers of a spec. Throws Helm's message when it refuses the values. */
export function render(name: string, sets: readonly string[] = []): Promise<Manifest[]> {
  const key = JSON.stringify([name, sets]);
  const manifests = rendered.get(key) ?? renderAnew(name, sets);
  rendered.set(key, manifests);
  return manifests;
}

async function renderAnew(name: string, sets: readonly string[]): Promise<Manifest[]> {
  const { ok, stdout, stderr } = await template(name, sets);
  if (!ok) throw new Error(`helm template with ci/${name}.yaml: ${stderr}`);
  return parseManifests(stdout);
}

/** Keys that stand twice, and other errors of YAML, are errors here. */
function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [problem] = 'errors' in document ? document.errors : [];
    if (problem) throw problem;
    const value = document.toJS() as Manifest | null;
    return value === null ? [] : [value];
  });
}
