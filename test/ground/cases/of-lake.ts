/** Tables whose files others remove, replace or change, and the objects of large events. */
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryKey } from '#delta/log-names';
import { objectsBucketOf } from '#frame/log-name';
import type { Field } from '../support/field.js';
import type { GroundCase } from '../support/ground-case.js';

const checkpointEvery = 5;
const table = (field: Field): string => field.table('silver');
const log = (field: Field): string => join(table(field), '_delta_log');
const entry = (field: Field, version: number): string =>
  join(field.world.lake, entryKey(`silver_${field.name}`, version));
const checkpoints = (field: Field): string[] => readdirSync(log(field)).filter((name) => name.includes('.checkpoint.'));
function newest(field: Field): number {
  return Math.max(
    ...readdirSync(log(field))
      .filter((name) => /^\d{20}\.json$/.test(name))
      .map((name) => Number.parseInt(name, 10)),
  );
}

/** Commits until the newest entry is so many behind a checkpoint. */
async function commitUntil(field: Field, behind: number): Promise<void> {
  while (newest(field) < checkpointEvery || newest(field) % checkpointEvery !== behind) {
    await field.publish(1);
    await field.settled();
  }
  await field.until('a checkpoint is there', () => checkpoints(field).length > 0);
}

/** What somebody has from before, outside of the lake. */
const kept = (field: Field, path: string): string => join(field.world.path, 'kept', field.name, path);
const keep = (field: Field, path: string): void =>
  cpSync(join(field.world.lake, path), kept(field, path), { recursive: true });

/** Puts all that was kept back where it was. */
async function restore(field: Field): Promise<void> {
  cpSync(kept(field, ''), field.world.lake, { recursive: true, force: true });
}

async function restoreFolder(field: Field): Promise<void> {
  rmSync(table(field), { recursive: true, force: true });
  await restore(field);
}

function loseEntry(field: Field, version: number): void {
  const path = entryKey(`silver_${field.name}`, version);
  keep(field, path);
  rmSync(join(field.world.lake, path));
}

function loseFolder(field: Field): void {
  keep(field, `silver_${field.name}`);
  rmSync(table(field), { recursive: true });
}

function appendEntry(field: Field, ...actions: readonly object[]): void {
  writeFileSync(entry(field, newest(field) + 1), actions.map((action) => `${JSON.stringify(action)}\n`).join(''), {
    flag: 'wx',
  });
}

function metaDataOf(field: Field): {
  readonly metaData: { readonly id: string; readonly configuration: Readonly<Record<string, string>> };
} {
  return readFileSync(entry(field, 0), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { metaData?: never })
    .find((action) => action.metaData)! as never;
}

/** Another writer may be quicker, as in life. */
async function commitForeign(field: Field, ...actions: readonly object[]): Promise<void> {
  await field.until('our entry is in the log', () => {
    try {
      appendEntry(field, { commitInfo: { operation: 'SET TBLPROPERTIES' } }, ...actions);
      return true;
    } catch {
      return false;
    }
  });
}

const anyDataFile = (field: Field): string =>
  join(table(field), readdirSync(table(field)).find((name) => name.endsWith('.parquet'))!);

export const casesOfLake: readonly GroundCase[] = [
  { thing: 'folder of a table', change: 'deleted', does: async (field) => loseFolder(field), repairs: restoreFolder },
  {
    thing: 'folder of a table',
    change: 'recreated',
    repairs: restoreFolder,
    does: async (field) => {
      const { metaData } = metaDataOf(field);
      const first = [
        { commitInfo: { operation: 'CREATE TABLE' } },
        { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
        { metaData: { ...metaData, id: randomUUID() } },
      ];
      loseFolder(field);
      mkdirSync(log(field), { recursive: true });
      writeFileSync(entry(field, 0), first.map((action) => `${JSON.stringify(action)}\n`).join(''));
    },
  },
  { thing: 'data file', change: 'deleted', unreadable: 'silver', does: async (field) => rmSync(anyDataFile(field)) },
  {
    thing: 'data file',
    change: 'recreated',
    unreadable: 'silver',
    does: async (field) => writeFileSync(anyDataFile(field), ''),
  },
  {
    thing: 'newest entry of a Delta log',
    change: 'deleted',
    repairs: restore,
    does: async (field) => {
      await commitUntil(field, 2);
      loseEntry(field, newest(field));
    },
  },
  {
    thing: 'older entry of a Delta log',
    change: 'deleted',
    repairs: restore,
    does: async (field) => {
      await commitUntil(field, 2);
      loseEntry(field, newest(field) - 1);
      await field.until('a checkpoint was due', async () => {
        await field.publish(1);
        return field.states().some(({ state }) => state === 'halted');
      });
    },
  },
  {
    thing: 'checkpoint of a table',
    change: 'deleted',
    does: async (field) => {
      await commitUntil(field, 3);
      for (const name of checkpoints(field)) rmSync(join(log(field), name));
      // What the next one holds is counted in the end.
      await field.until('the next checkpoint is there', async () => {
        await field.publish(1);
        return checkpoints(field).length > 0;
      });
    },
  },
  {
    thing: '_last_checkpoint of a table',
    change: 'deleted',
    does: async (field) => {
      await commitUntil(field, 1);
      rmSync(join(log(field), '_last_checkpoint'));
    },
    beforeStart: async (field) => rmSync(join(log(field), '_last_checkpoint'), { force: true }),
  },
  {
    thing: 'properties of a table',
    change: 'settings changed',
    does: (field) => {
      const { metaData } = metaDataOf(field);
      return commitForeign(field, {
        metaData: {
          ...metaData,
          configuration: { ...metaData.configuration, 'delta.checkpointInterval': '3', owner: 'somebody' },
        },
      });
    },
  },
  {
    thing: 'protocol of a table',
    change: 'settings changed',
    unreadable: 'silver',
    does: (field) =>
      commitForeign(field, {
        protocol: {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: ['deletionVectors'],
          writerFeatures: ['deletionVectors'],
        },
      }),
  },
  {
    thing: 'object of a large event',
    change: 'deleted',
    does: (field) =>
      field.world.paused(['lake-writer'], async () => {
        await field.publish(1, { note: 'x'.repeat(1_036_000) });
        const objects = await field.world.admin.openBucket(objectsBucketOf(field.world.name), { replicas: 1 });
        await field.until(
          'the event is in the bucket',
          async () => (await objects.keys(`event.${field.name}.>`)).length > 0,
        );
        await objects.remove(`event.${field.name}.>`);
      }),
  },
];
