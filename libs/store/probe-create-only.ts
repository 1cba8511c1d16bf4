/** Finds out, before anything is written, whether a store keeps the promise on which every commit rests. */
import { randomUUID } from 'node:crypto';
import type { ObjectStore } from './object-store.js';
import { CreateOnlyUnsupportedError } from './store-errors.js';

/** One object for all who look: nothing has to be deleted, which not every writer may. */
const probeKey = '_probe/create-only';

/** Throws `CreateOnlyUnsupportedError` for a store that replaces objects when asked to create only. */
export async function probeCreateOnly(store: ObjectStore): Promise<void> {
  await store.putIfAbsent(probeKey, Buffer.from(randomUUID()));
  const kept = await store.get(probeKey);
  const answer = await store.putIfAbsent(probeKey, Buffer.from(randomUUID()));
  if (answer !== 'exists')
    throw new CreateOnlyUnsupportedError(store.url, `an object that is there was ${answer} again`);
  const now = await store.get(probeKey);
  if (kept === undefined || now === undefined || !Buffer.from(kept).equals(now))
    throw new CreateOnlyUnsupportedError(store.url, 'the second write replaced the first');
}
