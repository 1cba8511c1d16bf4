/** A file of nested events as it was published: its lake holds what DuckDB reads from the file itself. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { endPrograms, runCli } from './support/cli.js';
import { withLake } from './support/lake.js';

const runMsMax = 120_000;
const pipeline = join(projectRoot, 'examples/05-nested-events');
const file = join(projectRoot, 'node_modules/vega-datasets/data/earthquakes.json');
/** Type and coordinates as our tables have them; times of the file are milliseconds. */
const published = `(SELECT f.id, f.properties, f.geometry, epoch_ms(f.properties.time) AS time
  FROM (SELECT unnest(features) AS f FROM read_json('${file.replaceAll("'", "''")}', maximum_object_size = 100000000)))`;

let work: TempDir;
let server: NatsServer;

beforeAll(async () => {
  work = makeTempDir('nested-events');
  server = await startNats();
});
afterAll(async () => {
  await endPrograms();
  await server.stop();
  work.remove();
});

test(
  'goes through all services with its objects and lists, once each, and the windows count what is in the file',
  async () => {
    const lake = `file:${join(work.path, 'lake')}`;
    const common = ['--pipeline', pipeline, '--nats', server.url];
    const steps = [
      ['produce', ...common, '--file', file, '--subject', 'events.earthquakes'],
      ['up', ...common, '--lake', lake, '--until-idle'],
    ];
    for (const args of steps) {
      const { code, stderr } = await runCli(args);
      expect({ args, code, ...(code !== 0 && { stderr }) }).toEqual({ args, code: 0 });
    }
    await withLake(lake, async (ask) => {
      const plain =
        'to_json(properties.mag), properties.place, properties.felt, to_json(properties.gap), geometry.coordinates::VARCHAR';
      const sent = `SELECT id, time, ${plain} FROM ${published}`;
      const held = `SELECT id, properties.time AT TIME ZONE 'UTC', ${plain} FROM silver_earthquakes`;
      expect(await ask(`SELECT count(*) AS n FROM (${held})`)).toEqual([{ n: 1707 }]);
      expect(await ask(`${sent} EXCEPT ALL ${held}`)).toEqual([]);
      expect(await ask(`${held} EXCEPT ALL ${sent}`)).toEqual([]);
      const counted = `SELECT date_trunc('day', time), properties.net, count(*), max(properties.mag) FROM ${published} GROUP BY ALL`;
      const windows =
        "SELECT window_start AT TIME ZONE 'UTC', properties_net, earthquakes, strongest FROM gold_earthquakes_by_day_latest";
      expect(await ask(`${counted} EXCEPT ALL ${windows}`)).toEqual([]);
      expect(await ask(`${windows} EXCEPT ALL ${counted}`)).toEqual([]);
    });
  },
  runMsMax,
);
