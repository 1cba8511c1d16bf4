/** Objects as files of a local folder; create-only through hard links, which no two callers can both make. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkKey } from './check-key.js';
import { makeFolderDurably, syncFolder, writeDurably } from './durable-file.js';
import { errorCode } from './error-code.js';
import type { ObjectStore, PutIfAbsentResult, StoredObject } from './object-store.js';
import { removeOlderFiles } from './remove-older-files.js';
import { StoreError } from './store-errors.js';
import { walkFolder } from './walk-folder.js';

/** Unfinished writes live here, on the same file system as the objects but outside every listing. */
const unfinishedFolder = '.unfinished';
/** What a writer has not finished by now was left by one that died. */
const unfinishedAgeMsMax = 6 * 3_600_000;
const hidden: ReadonlySet<string> = new Set([`${unfinishedFolder}/`]);

export class LocalStore implements ObjectStore {
  readonly url: string;
  readonly #root: string;
  readonly #knownFolders = new Set<string>();

  constructor(folder: string) {
    this.#root = resolve(folder);
    this.url = pathToFileURL(this.#root).href;
  }

  /** The file that holds an object, for readers that take paths. */
  pathOf(key: string): string {
    return join(this.#root, checkKey(key));
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#writing(key, bytes, (unfinished, path) => rename(unfinished, path));
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<PutIfAbsentResult> {
    return this.#writing(key, bytes, async (unfinished, path) => {
      try {
        await link(unfinished, path);
        return 'created';
      } catch (error) {
        if (errorCode(error) === 'EEXIST') return 'exists';
        throw error;
      }
    });
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.pathOf(key));
    } catch (error) {
      const isAbsent = errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
      // Where something else stands in place of its folder, nothing can be said of what the store holds.
      if (isAbsent && (await this.#isFolder())) return undefined;
      throw failed('read', this.pathOf(key), error);
    }
  }

  async *list(prefix: string, startAfter = ''): AsyncGenerator<StoredObject> {
    for await (const key of walkFolder(this.#root, { prefix, startAfter, hidden })) {
      const size = await this.#sizeOf(key);
      if (size !== undefined) yield { key, size };
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  async close(): Promise<void> {}

  async #writing<T>(
    key: string,
    bytes: Uint8Array,
    publish: (unfinished: string, path: string) => Promise<T>,
  ): Promise<T> {
    const path = this.pathOf(key);
    const unfinished = join(this.#root, unfinishedFolder, randomUUID());
    try {
      await this.#ensureUnfinishedFolder();
      await this.#ensureFolder(dirname(path));
      await writeDurably(unfinished, bytes);
      const result = await publish(unfinished, path);
      await syncFolder(dirname(path));
      return result;
    } catch (error) {
      this.#knownFolders.clear();
      throw failed('write', path, error);
    } finally {
      await rm(unfinished, { force: true }).catch(() => undefined);
    }
  }

  async #ensureUnfinishedFolder(): Promise<void> {
    const folder = join(this.#root, unfinishedFolder);
    if (this.#knownFolders.has(folder)) return;
    await this.#ensureFolder(folder);
    await removeOlderFiles(folder, unfinishedAgeMsMax);
  }

  async #ensureFolder(folder: string): Promise<void> {
    if (this.#knownFolders.has(folder)) return;
    await makeFolderDurably(folder);
    this.#knownFolders.add(folder);
  }

  /** A folder that is not there yet is one: it is made by the first write. */
  async #isFolder(): Promise<boolean> {
    return stat(this.#root).then(
      (found) => found.isDirectory(),
      () => true,
    );
  }

  async #sizeOf(key: string): Promise<number | undefined> {
    try {
      return (await stat(join(this.#root, key))).size;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw failed('read', join(this.#root, key), error);
    }
  }
}

function failed(what: 'read' | 'write', path: string, cause: unknown): StoreError {
  return new StoreError(
    `Cannot ${what} ${path} (${errorCode(cause) ?? String(cause)}): check that the folder exists, ` +
      'that this user may use it, and that the disk has room and hard links.',
    { cause },
  );
}
