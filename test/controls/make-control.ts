/** Builds a negative control, or the product with something planted: a copy of the project with edits, compiled, beside the project itself. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir } from '../support/temp-dir.js';
import { allControls, type ControlName } from './all-controls.js';
import { applyEdits } from './apply-edits.js';
import type { Edit } from './control.js';

export interface ControlBuild {
  /** A folder like the project's: `dist/apps/<service>/main.js`, `dist/test/…`, and the sources. */
  readonly root: string;
  remove(): void;
}

/** What the build is of, and the build itself: what is edited is compiled again, and the programs, in the place of their bundles. */
const copied = ['apps', 'libs', 'examples', 'test', 'package.json', '.swcrc', 'dist'];
/** Programs that run meanwhile write there. */
const keptByV8 = '.compile-cache';
const linked = ['node_modules', 'scripts', '.tools'];

/** @throws EditError when the control no longer fits the sources */
export function makeControl(name: ControlName): Promise<ControlBuild> {
  return makeBuild(`control-${name}`, allControls[name].edits);
}

/** @throws EditError when the edits do not fit the sources */
export async function makeBuild(name: string, edits: readonly Edit[]): Promise<ControlBuild> {
  const work = makeTempDir(name);
  try {
    const root = work.path;
    for (const entry of copied)
      cpSync(join(projectRoot, entry), join(root, entry), {
        recursive: true,
        filter: (path) => !path.includes(keptByV8),
      });
    for (const entry of linked)
      if (existsSync(join(projectRoot, entry))) symlinkSync(join(projectRoot, entry), join(root, entry));
    const texts = applyEdits(edits, (file) => readFileSync(join(root, file), 'utf8'));
    for (const [file, text] of texts) writeFileSync(join(root, file), text);
    if (texts.size > 0) await compile(root, [...texts.keys(), ...globSync('apps/*/main.ts', { cwd: root })]);
    return { root, remove: () => work.remove() };
  } catch (error) {
    work.remove();
    throw error;
  }
}

async function compile(root: string, files: readonly string[]): Promise<void> {
  const swc = join(root, 'node_modules/@swc/cli/bin/swc.js');
  const args = [swc, ...files, '-d', 'dist', '--config-file', '.swcrc', '--quiet'];
  await promisify(execFile)(process.execPath, args, { cwd: root });
}
