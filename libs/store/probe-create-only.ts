/** Finds out, before anything is written, whether a store keeps the promise on which every commit rests. */
import { randomUUID } from 'node:crypto';
import type { ObjectStore } from './object-store.js';
import { CreateOnlyUnsupportedError } from './store-errors.js';

/** Throws `CreateOnlyUnsupportedError` for a store that replaces objects when asked to create only. */
export async function probeCreateOnly(store: ObjectStore): Promise<void> {
  const key = `_probe/${randomUUID()}`;
  const [first, second] = [Buffer.from('first'), Buffer.from('second')];
  try {
    const answers = [await store.putIfAbsent(key, first), await store.putIfAbsent(key, second)];
    const kept = Buffer.from((await store.get(key)) ?? []);
    if (answers.join() !== 'created,exists')
      throw new CreateOnlyUnsupportedError(store.url, `answers: ${answers.join()}`);
    if (!kept.equals(first)) throw new CreateOnlyUnsupportedError(store.url, 'the second write replaced the first');
  } finally {
    await store.delete(key);
  }
}
