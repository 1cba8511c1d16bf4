/** A store that fetches each data file once: readers that follow each other would else read the whole lake again each time. */
import { LocalStore } from '#store/local-store';
import type { ObjectStore } from '#store/object-store';

const dataFile = /\.parquet$/;

/** Data files have names that are used once; log entries are read anew each time. Files of a local lake are opened in place. */
export function rememberingStore(store: ObjectStore): ObjectStore {
  if (store instanceof LocalStore) return store;
  const known = new Map<string, Uint8Array>();
  return {
    url: store.url,
    put: (key, bytes) => store.put(key, bytes),
    putIfAbsent: (key, bytes) => store.putIfAbsent(key, bytes),
    list: (prefix, startAfter) => store.list(prefix, startAfter),
    delete: (key) => store.delete(key),
    close: () => store.close(),
    get: async (key) => {
      const bytes = known.get(key) ?? (await store.get(key));
      if (bytes && dataFile.test(key)) known.set(key, bytes);
      return bytes;
    },
  };
}
