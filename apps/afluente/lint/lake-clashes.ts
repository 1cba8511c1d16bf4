/** Which tables of a lake could not go on with a pipeline: what would halt them is said before anything starts. */
import { inspectTable } from '#lake/log/inspect-table';
import { planOpen, type TableWish } from '#lake/table/table-plan';
import type { ObjectStore } from '#store/object-store';

/** @returns a sentence for each @throws StoreError */
export async function lakeClashes(store: ObjectStore, wishes: readonly TableWish[]): Promise<string[]> {
  const clashes: string[] = [];
  for (const wish of wishes) {
    const { state, unusable } = await inspectTable(store, wish.name);
    const plan = state && planOpen(state, wish);
    const reason = unusable ?? (plan?.kind === 'halt' ? plan.reason : undefined);
    if (reason !== undefined) clashes.push(`table ${wish.name} would halt: ${reason}`);
  }
  return clashes;
}
