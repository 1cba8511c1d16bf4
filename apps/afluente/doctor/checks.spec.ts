/** The list of checks, what the documents say of it, and what no prepared server can show. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NatsUnavailableError } from '#nats/ground/nats-unavailable-error';
import { checks } from './checks.js';
import { diagnose } from './diagnose.js';
import type { Facts, NatsFacts } from './facts.js';
import { unseen } from './looked.js';

const root = join(import.meta.dirname, '..', '..', '..');
const nothing = unseen(new Error('nobody looked'));
const nats: NatsFacts = {
  url: 'nats://a',
  server: { version: '2.10.27', payloadBytesMax: 1_048_576, clustered: false },
  account: { seen: true, value: [] },
  rights: undefined,
  clock: undefined,
  nowMs: 0,
  streams: [],
  frames: [],
  tasks: [],
  alive: nothing,
  leases: nothing,
  board: nothing,
};
const facts: Facts = {
  folder: 'shop',
  pipeline: nothing,
  settings: nothing,
  nats: { seen: true, value: nats },
  lake: undefined,
};

describe('the checks of the doctor', () => {
  test('have names of their own', () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
  });

  test('are those that docs/operations.md lists, in its order', () => {
    const rows = [
      ...readFileSync(join(root, 'docs', 'operations.md'), 'utf8').matchAll(
        /^\| `([a-z-]+)` \| (error|warning) \| (.+) \|$/gm,
      ),
    ].map(([, id, severity, finds]) => ({ id, severity, finds }));
    expect(rows).toEqual(checks.map(({ id, severity, finds }) => ({ id, severity, finds })));
  });

  test('are each shown by a fault that is prepared in test/doctor', () => {
    const folder = join(root, 'test', 'doctor');
    const text = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
    expect(
      checks.map(({ id }) => id).filter((id) => !new RegExp(`'${id}'|\\^(?:error|warning) ${id}|\\^${id}`).test(text)),
    ).toEqual([]);
  });

  test('say nothing of what could not be looked at but that', () => {
    expect(diagnose({ ...facts, nats: unseen(new NatsUnavailableError('nobody is there. Start it.')) })).toEqual([
      expect.objectContaining({ id: 'pipeline-invalid' }),
      expect.objectContaining({ id: 'settings-invalid' }),
      { id: 'nats-unreachable', severity: 'error', subject: 'NATS', message: 'nobody is there', remedy: 'Start it.' },
    ]);
  });

  test('find a server of a version that is not supported', () => {
    const old = { ...nats, server: { ...nats.server, version: '2.8.4' } };
    expect(
      diagnose({ ...facts, nats: { seen: true, value: old } }).find(({ id }) => id === 'nats-unfit'),
    ).toMatchObject({ subject: 'nats://a', message: 'NATS is version 2.8.4, and Afluente needs 2.9.0 or newer' });
  });

  test('take a difference of clocks for what the look itself may have taken', () => {
    const off = (aheadMs: number, giveMs: number) =>
      diagnose({ ...facts, nats: { seen: true, value: { ...nats, clock: { aheadMs, giveMs } } } })
        .filter(({ id }) => id === 'clock-differs')
        .map(({ severity }) => severity);
    expect([off(4_000, 0), off(-6_000, 0), off(9_000, 5_000), off(70_000, 100)]).toEqual([
      [],
      ['warning'],
      [],
      ['error'],
    ]);
  });
});
