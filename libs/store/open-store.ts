/** Opens the store that a lake URL names; another kind of store is one more line here. */
import { fileURLToPath } from 'node:url';
import { LocalStore } from './local-store.js';
import type { ObjectStore } from './object-store.js';
import type { S3Options } from './s3-options.js';
import { StoreError } from './store-errors.js';

export interface StoreOptions {
  readonly s3?: S3Options;
}

/**
 * Takes `s3://bucket/prefix`, `file:./relative`, `file:///absolute` or a plain path.
 * The AWS SDK is loaded only for `s3:` URLs: it costs a service with a local lake memory and start-up time.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<ObjectStore> {
  if (url.startsWith('s3://')) return openS3(url, options.s3 ?? {});
  if (url.startsWith('file:///')) return new LocalStore(fileURLToPath(url));
  if (url.startsWith('file:')) return new LocalStore(url.slice('file:'.length));
  if (/^[a-z][a-z0-9+.-]+:/i.test(url)) {
    throw new StoreError(`"${url}" is no lake URL that is supported: write file:./folder or s3://bucket/prefix.`);
  }
  return new LocalStore(url);
}

async function openS3(url: string, options: S3Options): Promise<ObjectStore> {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(url) ?? [];
  if (bucket === undefined) throw new StoreError(`"${url}" names no bucket: write s3://bucket/prefix.`);
  const { S3Store } = await import('./s3-store.js');
  return new S3Store(bucket, prefix, options);
}
