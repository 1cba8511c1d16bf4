/** Front streams, logs and consumers under the hands of others. */
import { randomBytes } from 'node:crypto';
import { AckPolicy, type StreamConfig } from '@nats-io/jetstream';
import type { LogStage } from '#frame/log-name';
import { isOfWindow, type Service } from '#stages/topology/topology';
import type { Field } from '../support/field.js';
import type { FieldNeeds, GroundCase } from '../support/ground-case.js';
import { userStreamOf } from '../support/write-pipeline.js';
import { deleteStream, edit, lastSeq, purge, remake, settings } from './change-stream.js';

const mib = 1024 * 1024;
const smallBytes = 200_000;
/** No frame with a long text fits. */
const tinyBytes = 12_000;
const unread = 10;

/** Edits one setting after the other, each until it is set back. */
const settingCases = (thing: string, needs: FieldNeeds, streamOf: (field: Field) => string): GroundCase[] =>
  settings.map(({ name, to, back, says }) => ({
    thing,
    change: 'settings changed',
    variant: name,
    needs,
    says,
    does: (field) => edit(field.world, streamOf(field), to),
    repairs: (field) => edit(field.world, streamOf(field), back),
  }));

const text = (bytes: number): string =>
  randomBytes(Math.ceil(bytes / 2))
    .toString('hex')
    .slice(0, bytes);

/** More than the stream takes: some are refused, and their producer knows. */
async function overfill(field: Field): Promise<void> {
  await edit(field.world, field.front, { max_bytes: smallBytes, discard: 'new' as StreamConfig['discard'] });
  const sent = 60;
  const accepted = await field.publish(sent, { note: text(20_000) });
  if (accepted === sent || accepted === 0)
    throw new Error(`${accepted} of ${sent} events fitted into ${smallBytes} bytes`);
  // Room for what comes next.
  await edit(field.world, field.front, { max_bytes: 8 * mib });
}

const front: readonly GroundCase[] = [
  { thing: 'front stream', change: 'deleted', does: (field) => deleteStream(field.world, field.front) },
  {
    thing: 'front stream',
    change: 'purged',
    does: (field) =>
      field.world.paused(['ingest'], async () => {
        const lost = await field.publish(unread);
        field.accepted -= lost;
        await purge(field.world, field.front);
      }),
    // Services start with AFL_ACCEPT_FRONT_GAPS=true.
    repairs: () => Promise.resolve(),
  },
  { thing: 'front stream', change: 'recreated', does: (field) => remake(field.world, field.front) },
  ...settingCases('front stream', {}, (field) => field.front),
  {
    thing: 'front stream',
    change: 'settings changed',
    variant: 'deny_purge',
    says: 'refuses purges',
    does: (field) => edit(field.world, field.front, { deny_purge: true }),
  },
  { thing: 'front stream', change: 'limit reached', does: overfill },
];

const stream = {};
const userSettings: readonly Partial<StreamConfig>[] = [
  { max_age: 3_600e9 },
  { max_msgs: 1_000_000 },
  { max_bytes: 64 * mib },
  { max_msgs_per_subject: 1_000_000 },
];
const ofUser: readonly GroundCase[] = [
  {
    thing: "user's front stream",
    change: 'deleted',
    needs: { stream },
    does: (field) => deleteStream(field.world, field.front),
  },
  {
    thing: "user's front stream",
    change: 'purged',
    needs: { stream },
    does: (field) => purge(field.world, field.front),
  },
  {
    thing: "user's front stream",
    change: 'recreated',
    needs: { stream },
    does: (field) => remake(field.world, field.front),
  },
  {
    thing: "user's front stream",
    change: 'settings changed',
    needs: { stream },
    does: async (field) => {
      for (const to of userSettings) await edit(field.world, field.front, to);
    },
  },
  { thing: "user's front stream", change: 'limit reached', needs: { stream: { discard: 'new' } }, does: overfill },
];

const windowed: FieldNeeds = { window: true };
const logs: ReadonlyArray<{ thing: string; stage: LogStage; needs: FieldNeeds; readers: readonly Service[] }> = [
  { thing: 'raw log', stage: 'raw', needs: {}, readers: ['validate', 'lake-writer'] },
  { thing: 'validated log', stage: 'valid', needs: {}, readers: ['enrich'] },
  { thing: 'enriched log', stage: 'enriched', needs: {}, readers: ['lake-writer'] },
  // Merging works in the process of its writer; the quarantine's table reads it too.
  { thing: 'partials log', stage: 'partials', needs: windowed, readers: ['lake-writer'] },
  { thing: 'results log', stage: 'results', needs: windowed, readers: ['lake-writer'] },
];

/** Something in the log that no reader has, and then nothing. */
async function purgeUnread(field: Field, stage: LogStage, readers: readonly Service[]): Promise<void> {
  const log = field.log(stage);
  await field.world.paused(readers, async () => {
    const before = await lastSeq(field.world, log);
    await field.publish(unread);
    await field.until(`${log} has more`, async () => (await lastSeq(field.world, log)) > before);
    await purge(field.world, log);
  });
}

const ofLogs = logs.flatMap(({ thing, stage, needs, readers }): GroundCase[] => [
  { thing, change: 'deleted', needs, does: (field) => deleteStream(field.world, field.log(stage)) },
  { thing, change: 'purged', needs, does: (field) => purgeUnread(field, stage, readers) },
  { thing, change: 'recreated', needs, does: (field) => remake(field.world, field.log(stage)) },
  ...settingCases(thing, needs, (field) => field.log(stage)),
  {
    thing,
    change: 'limit reached',
    needs,
    does: async (field) => {
      await edit(field.world, field.log(stage), { max_bytes: tinyBytes });
      await field.publish(20, isOfWindow({ stage }) ? { kind: text(40_000) } : { note: text(40_000) });
    },
    repairs: (field) => edit(field.world, field.log(stage), { max_bytes: 8 * mib }),
  },
]);

const newestFrame: GroundCase = {
  thing: 'newest frame of a log',
  change: 'deleted',
  does: (field) => purge(field.world, field.log('valid')),
  beforeStart: (field) => purge(field.world, field.log('valid')),
};

async function deleteConsumers(field: Field): Promise<void> {
  const { jsm } = field.world.admin;
  for (const name of [field.front, field.log('raw'), field.log('valid'), field.log('enriched')]) {
    for await (const { name: consumer } of jsm.consumers.list(name)) await jsm.consumers.delete(name, consumer);
  }
}

const consumers: readonly GroundCase[] = [
  { thing: 'consumer', change: 'deleted', does: deleteConsumers },
  {
    thing: 'consumer',
    change: 'limit reached',
    needs: { stream: { max_consumers: 1 } },
    does: async (field) => {
      const { jsm } = field.world.admin;
      const name = userStreamOf(field.world.name, field.name);
      // Ingest asks for another one at once: whoever is quicker has it.
      for (let tries = 0; tries < 200; tries++) {
        for await (const { name: consumer } of jsm.consumers.list(name)) await jsm.consumers.delete(name, consumer);
        const made = await jsm.consumers
          .add(name, { durable_name: 'theirs', ack_policy: AckPolicy.Explicit })
          .catch(() => undefined);
        if (made) return;
      }
      throw new Error('ingest was always quicker');
    },
    repairs: (field) => field.world.admin.jsm.consumers.delete(userStreamOf(field.world.name, field.name), 'theirs'),
  },
];

export const casesOfStreams: readonly GroundCase[] = [...front, ...ofUser, ...ofLogs, newestFrame, ...consumers];
