/** Objects of an S3 bucket (Amazon S3, Ceph, MinIO …); create-only through `If-None-Match: *`. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { checkKey } from './check-key.js';
import type { ObjectStore, PutIfAbsentResult, StoredObject } from './object-store.js';
import { classifyS3Failure } from './s3-answers.js';
import { type S3Options, s3ClientConfig } from './s3-options.js';
import { AmbiguousWriteError, StoreError } from './store-errors.js';

const conflictAttemptsMax = 8;
const conflictPauseMs = 25;

export class S3Store implements ObjectStore {
  readonly url: string;
  readonly #client: S3Client;
  /** Sends once: a retry inside the SDK could meet its own first write and report `exists`. */
  readonly #onceClient: S3Client;
  readonly #keyPrefix: string;

  constructor(
    private readonly bucket: string,
    prefix: string,
    options: S3Options,
  ) {
    const trimmed = prefix.replace(/^\/+|\/+$/g, '');
    this.#keyPrefix = trimmed === '' ? '' : `${trimmed}/`;
    this.url = `s3://${bucket}/${trimmed}`;
    this.#client = new S3Client({ ...s3ClientConfig(options), maxAttempts: 5 });
    this.#onceClient = new S3Client({ ...s3ClientConfig(options), maxAttempts: 1 });
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    const put = new PutObjectCommand({ ...this.#at(key), Body: bytes });
    try {
      await this.#client.send(put);
    } catch (error) {
      throw this.#writeFailure(key, error);
    }
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<PutIfAbsentResult> {
    const at = this.#at(key);
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#onceClient.send(new PutObjectCommand({ ...at, Body: bytes, IfNoneMatch: '*' }));
        return 'created';
      } catch (error) {
        const { kind } = classifyS3Failure(error);
        if (kind === 'exists') return 'exists';
        if (kind !== 'conflict' || attempt === conflictAttemptsMax) throw this.#writeFailure(key, error);
        await sleep(conflictPauseMs * attempt);
      }
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const at = this.#at(key);
    try {
      const answer = await this.#client.send(new GetObjectCommand(at));
      return await answer.Body?.transformToByteArray();
    } catch (error) {
      if (classifyS3Failure(error).kind === 'absent') return undefined;
      throw this.#failure('read', key, error);
    }
  }

  async *list(prefix: string, startAfter = ''): AsyncGenerator<StoredObject> {
    let after = startAfter;
    for (let more = true; more; ) {
      const page = await this.#listPage(prefix, after);
      for (const object of page.objects) yield object;
      after = page.objects.at(-1)?.key ?? after;
      more = page.more && page.objects.length > 0;
    }
  }

  async delete(key: string): Promise<void> {
    const at = this.#at(key);
    try {
      await this.#client.send(new DeleteObjectCommand(at));
    } catch (error) {
      if (classifyS3Failure(error).kind !== 'absent') throw this.#failure('delete', key, error);
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
    this.#onceClient.destroy();
  }

  async #listPage(prefix: string, after: string): Promise<{ objects: StoredObject[]; more: boolean }> {
    try {
      const answer = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: this.#keyPrefix + prefix,
          ...(after === '' ? {} : { StartAfter: this.#keyPrefix + after }),
        }),
      );
      const objects = (answer.Contents ?? []).map((o) => ({
        key: (o.Key ?? '').slice(this.#keyPrefix.length),
        size: o.Size ?? 0,
      }));
      return { objects, more: answer.IsTruncated === true };
    } catch (error) {
      throw this.#failure('list', prefix, error);
    }
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: this.#keyPrefix + checkKey(key) };
  }

  #writeFailure(key: string, cause: unknown): StoreError {
    const unclear = classifyS3Failure(cause).kind === 'unclear';
    return unclear ? new AmbiguousWriteError(key, cause) : this.#failure('write', key, cause);
  }

  #failure(what: string, key: string, cause: unknown): StoreError {
    const why = String(cause);
    return new StoreError(
      `Cannot ${what} ${key} in ${this.url} (${why}): check the endpoint, the region, the credentials and that the ` +
        `bucket "${this.bucket}" exists and allows it.`,
      { cause },
    );
  }
}
