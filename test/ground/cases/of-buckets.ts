/** Buckets, their entries and the files of a pipeline: all sources of a pipeline stand on them, so these cases come one after the other. */
import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kvm } from '@nats-io/kv';
import {
  bucketStream,
  leasesBucketOf,
  membersBucketOf,
  objectsBucketOf,
  streamOf,
  subjectOf,
  tasksBucketOf,
} from '#frame/log-name';
import { lastFrame } from '#nats/streams/last-frame';
import type { Service } from '#stages/topology/topology';
import type { Field } from '../support/field.js';
import type { GroundCase } from '../support/ground-case.js';
import { referenceFile, referenceText } from '../support/write-pipeline.js';
import { deleteStream, edit, purge, remake } from './change-stream.js';

type NameOf = (pipeline: string) => string;

/** As many keys of a bucket as match. */
async function keysOf(field: Field, bucketOf: NameOf, filter: string): Promise<string[]> {
  const bucket = await field.world.admin.openBucket(bucketOf(field.world.name), { replicas: 1 });
  return bucket.keys(filter);
}

const validateOf = ({ name }: Field): string => `validate.${name}.0`;
const isThere = (field: Field, bucketOf: NameOf, filter: string): Promise<void> =>
  field.until(`${bucketOf('…')} has ${filter} again`, async () => (await keysOf(field, bucketOf, filter)).length > 0);

/** The snapshot that the newest frame names is there: whoever starts now finds it. */
async function isSaved(field: Field): Promise<void> {
  const log = { pipeline: field.world.name, stage: 'valid', origin: field.name, partition: 0 } as const;
  await field.until('the state is saved again', async () => {
    const object = (await lastFrame(field.world.admin, streamOf(log), subjectOf(log)))?.head.state?.object;
    return object !== undefined && (await keysOf(field, objectsBucketOf, object)).length > 0;
  });
}

const buckets: ReadonlyArray<{
  thing: string;
  bucketOf: NameOf;
  kills: readonly Service[];
  again?: (field: Field) => Promise<void>;
}> = [
  {
    thing: 'tasks bucket',
    bucketOf: tasksBucketOf,
    kills: [],
    again: (field) => isThere(field, tasksBucketOf, validateOf(field)),
  },
  { thing: 'leases bucket', bucketOf: leasesBucketOf, kills: ['validate'] },
  { thing: 'members bucket', bucketOf: membersBucketOf, kills: ['enrich'] },
  { thing: 'objects bucket', bucketOf: objectsBucketOf, kills: ['validate'], again: isSaved },
];

const ofBuckets = buckets.flatMap(({ thing, bucketOf, kills, again = () => Promise.resolve() }): GroundCase[] => {
  const stream = (field: Field): string => bucketStream(bucketOf(field.world.name));
  const done = (act: (field: Field) => Promise<unknown>) => async (field: Field) => {
    await act(field);
    await again(field);
  };
  return [
    { thing, change: 'deleted', kills, does: done((field) => deleteStream(field.world, stream(field))) },
    { thing, change: 'purged', kills, does: done((field) => purge(field.world, stream(field))) },
    { thing, change: 'recreated', kills, does: done((field) => remake(field.world, stream(field))) },
    {
      thing,
      change: 'settings changed',
      does: (field) => edit(field.world, stream(field), { max_age: 3_600e9 }),
      repairs: (field) => edit(field.world, stream(field), { max_age: bucketOf === membersBucketOf ? 63_000e6 : 0 }),
    },
    {
      thing,
      change: 'limit reached',
      seenBy: 'readyz',
      kills: bucketOf === membersBucketOf ? kills : [],
      does: (field) => edit(field.world, stream(field), { max_bytes: 1 }),
      repairs: (field) => edit(field.world, stream(field), { max_bytes: -1 }),
    },
  ];
});

const entries: readonly GroundCase[] = [
  {
    thing: 'status of a task',
    change: 'deleted',
    does: async (field) => {
      await (await field.world.admin.openBucket(tasksBucketOf(field.world.name), { replicas: 1 })).remove(
        validateOf(field),
      );
      await isThere(field, tasksBucketOf, validateOf(field));
    },
  },
  {
    thing: 'lease of a task',
    change: 'deleted',
    kills: ['validate'],
    // As `nats kv del` does it: a marker stays, which counts as a revision.
    does: async (field) =>
      (await new Kvm(field.world.admin.js).open(leasesBucketOf(field.world.name))).delete(validateOf(field)),
  },
  {
    thing: 'snapshot of a state',
    change: 'deleted',
    kills: ['validate'],
    does: async (field) => {
      await (await field.world.admin.openBucket(objectsBucketOf(field.world.name), { replicas: 1 })).remove(
        `${validateOf(field)}.>`,
      );
      await isSaved(field);
    },
  },
];

const reference = (field: Field): string => join(field.world.pipeline, referenceFile);
const file = (field: Field): string => join(field.world.pipeline, 'pipeline.yaml');
/** Enrich looks at its reference tables once a second. */
const edited =
  (edit: (path: string) => void): GroundCase['does'] =>
  async (field) => {
    edit(reference(field));
    await sleep(1_500);
  };
const files: readonly GroundCase[] = [
  { thing: 'reference file', change: 'deleted', does: edited((path) => rmSync(path)) },
  { thing: 'reference file', change: 'purged', does: edited((path) => writeFileSync(path, '')) },
  {
    thing: 'reference file',
    change: 'recreated',
    does: edited((path) => writeFileSync(path, referenceText)),
  },
  {
    thing: 'reference file',
    change: 'settings changed',
    does: edited((path) => writeFileSync(path, referenceText.replace('label', 'other'))),
    repairs: async (field) => writeFileSync(reference(field), referenceText),
  },
  { thing: 'pipeline file', change: 'deleted', does: async (field) => renameSync(file(field), `${file(field)}.away`) },
  {
    thing: 'pipeline file',
    change: 'recreated',
    does: async (field) => renameSync(`${file(field)}.away`, file(field)),
  },
  {
    thing: 'pipeline file',
    change: 'settings changed',
    does: async (field) => appendFileSync(file(field), '# another version\n'),
  },
];

export const casesOfBuckets: readonly GroundCase[] = [...ofBuckets, ...entries, ...files];
