/** The conformance suite over a local folder, and what only a local folder can get wrong. */
import { describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStore } from '../../test/support/store-conformance.js';
import { LocalStore } from './local-store.js';
import type { ObjectStore } from './object-store.js';
import { openStore } from './open-store.js';
import { probeCreateOnly } from './probe-create-only.js';

describeStore('a local folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'afluente-store-'));
  return { store: new LocalStore(folder), stop: () => rm(folder, { recursive: true }) };
});

describe('a local store', () => {
  it('leaves no unfinished files behind, lists none of a crashed writer, and removes old ones', async () => {
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

  it('says what to check when the folder cannot be used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'afluente-store-'));
    await writeFile(join(folder, 'file'), 'x');
    await expect(new LocalStore(join(folder, 'file')).put('a', Buffer.from('a'))).rejects.toThrow('check that the folder');
    await rm(folder, { recursive: true });
  });

  it('is refused by the probe when create-only writes replace', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'afluente-store-'));
    const inner = new LocalStore(folder);
    const replacing: ObjectStore = Object.assign(Object.create(inner), {
      putIfAbsent: async (key: string, bytes: Uint8Array) => (await inner.put(key, bytes), 'created' as const),
    });
    await expect(probeCreateOnly(replacing)).rejects.toThrow('does not honour create-only writes');
    await rm(folder, { recursive: true });
  });

  it('opens by path and by file URL, and names the kinds it knows otherwise', async () => {
    expect((await openStore('./data/lake')).url).toBe((await openStore('file:./data/lake')).url);
    expect((await openStore('file:///tmp/lake')).url).toBe('file:///tmp/lake');
    await expect(openStore('ftp://x/y')).rejects.toThrow('s3://bucket/prefix');
  });
});
