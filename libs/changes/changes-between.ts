/** All changes between two versions of a pipeline, those that break something first. */
import { breaking, type Change, type Version } from './change.js';
import { contractChanges } from './contract-changes.js';
import { sourceChanges } from './source-changes.js';
import { tableChanges } from './table-changes.js';
import { windowChanges } from './window-changes.js';

export function changesBetween(before: Version, after: Version): Change[] {
  const [was, is] = [before.compiled.pipeline.name, after.compiled.pipeline.name];
  if (was !== is) {
    const other = `is another pipeline than ${was}: it begins anew with streams of its own, and its tables must be in another lake`;
    return [breaking(`pipeline ${is}`, other)];
  }
  const all = [sourceChanges, windowChanges, tableChanges, contractChanges].flatMap((changes) =>
    changes(before, after),
  );
  return [...all.filter(({ breaks }) => breaks), ...all.filter(({ breaks }) => !breaks)];
}
