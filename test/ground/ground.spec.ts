/** The table of docs/ground.md: whatever is deleted, emptied, made anew, changed or full, Afluente does what its cell says, on real servers. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type NatsVersion, startNats } from '../support/nats-server.js';
import { makeTempDir } from '../support/temp-dir.js';
import { casesOfBuckets } from './cases/of-buckets.js';
import { casesOfLake } from './cases/of-lake.js';
import { casesOfStreams } from './cases/of-streams.js';
import { cellOf, type GroundCase, titleOf } from './support/ground-case.js';
import { type Failures, type Played, playInTurn, playSideBySide } from './support/play.js';
import { groundDoc, readGroundTable } from './support/read-table.js';

const playMsMax = 600_000;
const versions: readonly NatsVersion[] = ['2.9', 'current'];
const cells = readGroundTable();
const sideBySide: readonly GroundCase[] = [...casesOfStreams, ...casesOfLake];
const all: readonly GroundCase[] = [...sideBySide, ...casesOfBuckets];

const playable = (cases: readonly GroundCase[]): Played[] =>
  cases.flatMap((one) => {
    const cell = cells.get(cellOf(one));
    return cell ? [{ one, cell }] : [];
  });

test('each cell of the table has a case, and each case a cell', () => {
  expect([...new Set(all.map(cellOf))].sort()).toEqual([...cells.keys()].sort());
  for (const { change, variant } of casesOfStreams)
    if (change === 'settings changed' && variant !== undefined) expect(groundDoc).toContain(`\`${variant}\``);
  expect(new Set(all.map(titleOf)).size).toBe(all.length);
});

describe.each(versions)('on nats-server %s, under running services,', (version) => {
  let failures: Failures;
  beforeAll(async () => {
    failures = await playOn(version);
  }, playMsMax);

  test.each(playable(all).map(({ one }) => titleOf(one)))('%s: what the table says comes true', (title) => {
    const failure = failures.get(title);
    if (failure) throw failure;
  });
});

const plays = new Map<NatsVersion, Promise<Failures>>();

/** All versions at once, whichever is asked for first: they wait most of the time. */
function playOn(version: NatsVersion): Promise<Failures> {
  for (const each of versions) if (!plays.has(each)) plays.set(each, play(each));
  return plays.get(version)!;
}

async function play(version: NatsVersion): Promise<Failures> {
  const work = makeTempDir('ground');
  const server = await startNats({ version });
  try {
    const place = (name: string) => ({ url: server.url, path: join(work.path, name), name });
    const found = await Promise.all([
      playSideBySide(place('apart'), playable(sideBySide)),
      playInTurn(place('together'), playable(casesOfBuckets)),
    ]);
    return new Map(found.flatMap((some) => [...some]));
  } finally {
    await server.stop();
    work.remove();
  }
}
