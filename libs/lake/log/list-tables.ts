/** Finds the tables of a lake: the top-level folders that hold a Delta log. */
import { logPrefix } from '#delta/log-names';
import type { ObjectStore } from '#store/object-store';

/** Names, sorted. Reads one key per folder and one per log, however many files the tables have. */
export async function listTables(store: ObjectStore): Promise<string[]> {
  const tables: string[] = [];
  for (let folder = await nextFolder(store, ''); folder !== undefined; folder = await nextFolder(store, folder)) {
    if ((await firstKey(store, logPrefix(folder), '')) !== undefined) tables.push(folder);
  }
  return tables.sort();
}

async function nextFolder(store: ObjectStore, after: string): Promise<string | undefined> {
  // '0' is the character after '/': `folder0` follows every key inside `folder/`.
  let key = await firstKey(store, '', after === '' ? '' : `${after}0`);
  while (key !== undefined && !key.includes('/')) key = await firstKey(store, '', key);
  return key?.split('/')[0];
}

async function firstKey(store: ObjectStore, prefix: string, startAfter: string): Promise<string | undefined> {
  for await (const { key } of store.list(prefix, startAfter)) return key;
  return undefined;
}
