/** The errors of a store: one for "it failed", one for "nobody knows whether it was stored". */

export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** The answer did not tell whether the object was stored (timeout, 5xx, broken connection): read it back. */
export class AmbiguousWriteError extends StoreError {
  override readonly name = 'AmbiguousWriteError';

  constructor(
    readonly key: string,
    cause: unknown,
  ) {
    super(`No clear answer to writing ${key}: it may or may not be stored. Read it back before deciding.`, { cause });
  }
}

/** The store replaces objects although asked to create only: two lake-writers could overwrite each other's commits. */
export class CreateOnlyUnsupportedError extends StoreError {
  override readonly name = 'CreateOnlyUnsupportedError';

  constructor(url: string, seen: string) {
    super(
      `${url} does not honour create-only writes (${seen}), so commits could overwrite each other. ` +
        'Use a local disk with hard links, or an S3 server that implements "If-None-Match: *" ' +
        '(Amazon S3, Ceph, MinIO and others do in current versions).',
    );
  }
}
