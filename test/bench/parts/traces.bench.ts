/**
 * What traces cost: Afluente whole, twice at the same time, once without traces and once with a share of the events traced, and the CPU of the five
 * services of each. Side by side, because what else the machine does changes the CPU of a run by more than traces do.
 *
 *     node dist/test/bench/parts/traces.bench.js --events 200000 --rate 5000 --pairs 4 --sample 0.01
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { exampleOf } from '../../../apps/afluente/examples.js';
import type { Bench } from '../main.js';
import { type AfluenteResult, runAfluente } from '../whole/afluente-run.js';

interface Options {
  readonly events: number;
  readonly pairs: number;
  readonly sample: string;
  readonly rate: number;
}

const services = ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'];

const { events, pairs, sample, rate } = new Command('traces')
  .option('--events <n>', 'events of each run', Number, 200_000)
  .option('--pairs <n>', 'pairs of runs', Number, 4)
  .option('--sample <share>', 'share of the events that are traced', '0.01')
  .option('--rate <n>', 'events a second of each run', Number, 5_000)
  .parse()
  .opts<Options>();

/** A collector that counts what it gets and keeps nothing. */
let bytes = 0;
const collector = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (bytes += chunk.length));
  request.on('end', () => response.end('{}'));
});
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
const traced = {
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
  AFL_TRACE_SAMPLE: sample,
};

const example = await exampleOf('examples/sales-tech');
const bench: Bench = {
  example,
  program: fileURLToPath(new URL('../../../examples/sales-tech/example.js', import.meta.url)),
  pipeline: 'examples/sales-tech',
  load: { events, seed: 1, startMs: example.startMs(Date.now(), events), mode: 'single', headers: 0 },
};

/** How much more the services took with traces, in each pair. */
const extra: number[] = [];
for (let pair = 0; pair < pairs; pair++) {
  const [off, on] = await Promise.all(
    [{}, traced].map(async (env) => {
      const result = await runAfluente(bench, { rate, latency: false, env });
      process.stdout.write(
        `${env === traced ? 'on ' : 'off'} ${lineOf(cpuOf(result))}; ${Math.round(events / result.seconds)} events/s\n`,
      );
      return sum(cpuOf(result));
    }),
  );
  extra.push((on! / off! - 1) * 100);
}
collector.close();
collector.closeAllConnections();
extra.sort((a, b) => a - b);
process.stdout.write(
  `traces of ${sample} of the events cost ${extra[extra.length >> 1]!.toFixed(1)} % of the services' CPU: median of ${extra.map((percent) => percent.toFixed(1)).join(', ')}; ${(bytes / pairs / 1e6).toFixed(1)} MB to the collector in each run\n`,
);

/** µs of CPU per event, by service. */
function cpuOf({ usage }: AfluenteResult): Map<string, number> {
  return new Map(services.map((service) => [service, ((usage.get(service)?.cpuSeconds ?? 0) * 1e6) / events]));
}

function lineOf(figures: ReadonlyMap<string, number>): string {
  return `${[...figures].map(([service, micros]) => `${service} ${micros.toFixed(2)}`).join(', ')}; together ${sum(figures).toFixed(2)} µs per event`;
}

function sum(figures: ReadonlyMap<string, number>): number {
  return [...figures.values()].reduce((total, micros) => total + micros, 0);
}
