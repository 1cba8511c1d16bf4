/** A copy of the build for one run: services are started again and again, and must stay the same when somebody builds meanwhile. */
import { copyFileSync, cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';

/** @param folder becomes a root with `dist`, what it imports, and the manifest that names its libraries */
export function copyBuild(folder: string): string {
  for (const part of ['apps', 'libs', 'node_modules'])
    cpSync(join(projectRoot, 'dist', part), join(folder, 'dist', part), { recursive: true });
  copyFileSync(join(projectRoot, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
