/** The conformance suite over a local folder, and what only a local folder can get wrong. */
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lakeUrlForms } from '#pipeline/schema/lake-urls';
import { describeStore } from '../../test/support/store-conformance.js';
import { LocalStore } from './local-store.js';
import type { PutIfAbsentResult } from './object-store.js';
import { openStore } from './open-store.js';
import { probeCreateOnly } from './probe-create-only.js';

describeStore('a local folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'afluente-store-'));
  return { store: new LocalStore(folder), stop: () => rm(folder, { recursive: true }) };
});

/** As a store whose create-only writes are none. */
class ReplacingStore extends LocalStore {
  override async putIfAbsent(key: string, bytes: Uint8Array): Promise<PutIfAbsentResult> {
    await this.put(key, bytes);
    return 'created';
  }
}

describe('a local store', () => {
  test('leaves no unfinished files behind, lists none of a crashed writer, and removes old ones', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'afluente-store-'));
    const store = new LocalStore(folder);
    await store.put('a', Buffer.from('a'));
    await store.putIfAbsent('a', Buffer.from('b'));
    expect(await readdir(join(folder, '.unfinished'))).toEqual([]);
    await writeFile(join(folder, '.unfinished', 'half'), 'ha');
    const keys: string[] = [];
    for await (const { key } of store.list('')) keys.push(key);
    expect(keys).toEqual(['a']);
    await utimes(join(folder, '.unfinished', 'half'), 0, 0);
    await new LocalStore(folder).put('b', Buffer.from('b'));
    expect(await readdir(join(folder, '.unfinished'))).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test('says what to check when the folder cannot be used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'afluente-store-'));
    await writeFile(join(folder, 'file'), 'x');
    await expect(new LocalStore(join(folder, 'file')).put('a', Buffer.from('a'))).rejects.toThrow(
      'check that the folder',
    );
    await rm(folder, { recursive: true });
  });

  test('is refused by the probe when create-only writes replace', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'afluente-store-'));
    await expect(probeCreateOnly(new ReplacingStore(folder))).rejects.toThrow('does not honour create-only writes');
    await rm(folder, { recursive: true });
  });

  test('opens by path and by file URL, and names the kinds it knows otherwise', async () => {
    expect((await openStore('./data/lake')).url).toBe((await openStore('file:./data/lake')).url);
    expect((await openStore('file:///tmp/lake')).url).toBe('file:///tmp/lake');
    await expect(openStore('ftp://x/y')).rejects.toThrow('s3://bucket/prefix');
  });
});

test.each(lakeUrlForms)('%s, which a pipeline file may name, opens a store', async (url) => {
  await (await openStore(url)).close();
});
