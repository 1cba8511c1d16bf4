/** The Delta log of a table: no gap, every file there, positions that only grow. */
import type { LogEntry } from '#delta/actions';
import { type Finding, found } from '../findings.js';

/** @param sizes of the files that are in the table's folder, by the path that `add` actions name */
export function* deltaFindings(
  table: string,
  entries: readonly LogEntry[],
  sizes: ReadonlyMap<string, number>,
): Generator<Finding> {
  const txns = new Map<string, number>();
  const paths = new Set<string>();
  for (const [i, { version, actions }] of entries.entries()) {
    if (version !== i) yield found('chainBreaks', `${table}: commit ${version} comes where ${i} is due`);
    for (const action of actions) {
      if ('txn' in action) {
        const before = txns.get(action.txn.appId) ?? -1;
        if (action.txn.version <= before)
          yield found(
            'chainBreaks',
            `${table}: commit ${version} sets ${action.txn.appId} to ${action.txn.version}, it was ${before}`,
          );
        txns.set(action.txn.appId, action.txn.version);
      }
      if ('add' in action) {
        const { path, size } = action.add;
        if (paths.has(path)) yield found('chainBreaks', `${table}: commit ${version} adds ${path} again`);
        if (sizes.get(path) !== size)
          yield found(
            'chainBreaks',
            `${table}: commit ${version} adds ${path} of ${size} bytes, the store has ${sizes.get(path) ?? 'no such file'}`,
          );
        paths.add(path);
      }
    }
  }
}
