/** `npm run bench`: the whole of Afluente against the ordinary per-message way and the physical reference, in one run. */
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { runAfluente } from './whole/afluente-run.js';
import { runOrdinary, runPhysical } from './whole/references.js';
import { render, summary } from './whole/report.js';
import type { EventMaker, Load, Mode } from './whole/workload.js';

export interface Bench {
  readonly example: EventMaker;
  /** Path of the example's program, for child processes. */
  readonly program: string;
  readonly pipeline: string;
  readonly load: Load;
}

interface Options {
  readonly events: number;
  readonly pipeline: 'sales-tech' | 'flights' | 'nested';
  readonly mode: Mode;
  readonly headers: number;
  readonly json?: boolean;
  readonly only?: 'afluente';
}

const ordinaryEventsMax = 20_000;
/** Enough event time for windows to close: the sales example has 2,000 events to the second of event time. */
const latencyEvents = 200_000;
/** Latencies are measured well below saturation; at saturation they would only show the length of the queue. */
const latencyRate = 8_000;
const nestedEvents = 200_000;

const { events, pipeline, mode, headers, json, only } = new Command('bench')
  .description('events/s, CPU per event and process, latencies and memory, with the ratios to two references')
  .option('--events <n>', 'events of the main run', Number, 500_000)
  .addOption(
    new Option('--pipeline <name>', 'example').choices(['sales-tech', 'flights', 'nested']).default('sales-tech'),
  )
  .addOption(
    new Option('--mode <mode>', 'one event a message, or NDJSON of a hundred')
      .choices(['single', 'batch'])
      .default('single'),
  )
  .option('--headers <n>', 'headers of each message beside its id', Number, 0)
  .addOption(new Option('--only <part>', 'leave the references and latencies out').choices(['afluente']))
  .option('--json', 'print one JSON object')
  .parse()
  .opts<Options>();

const load = { events, seed: 1, mode, headers };
const bench = await benchOf(pipeline, load);
const say = (text: string): boolean => process.stderr.write(`${text}\n`);

say(`afluente: ${events} events of ${pipeline}, ${mode} …`);
const afluente = await runAfluente(bench, { rate: undefined, latency: false });
if (only === undefined) say('physical reference: store and consume once, no work …');
const physical = only === undefined ? await runPhysical(bench) : undefined;
if (only === undefined) say('ordinary reference: one message at a time, validate and enrich only …');
const ordinary = only === undefined ? await runOrdinary(bench, Math.min(events, ordinaryEventsMax)) : undefined;
if (only === undefined) say(`latencies at ${latencyRate} events/s …`);
const paced =
  only === undefined
    ? await runAfluente(
        {
          ...bench,
          load: { ...bench.load, events: latencyEvents, startMs: bench.example.startMs(Date.now(), latencyEvents) },
        },
        { rate: latencyRate, latency: true },
      )
    : undefined;
const isFlat = pipeline !== 'nested';
if (only === undefined && isFlat) say(`nested: ${nestedEvents} orders with a customer and items …`);
const nested =
  only === undefined && isFlat
    ? await runAfluente(await benchOf('nested', { ...load, events: Math.min(events, nestedEvents) }), {
        rate: undefined,
        latency: false,
      })
    : undefined;
const result = summary({ pipeline, mode, afluente, physical, ordinary, paced, nested });
process.stdout.write(json ? `${JSON.stringify(result)}\n` : render(result));

/** What a pipeline of the examples runs, or the orders with items that are the benchmark's own. */
async function benchOf(name: string, settings: Omit<Load, 'startMs'>): Promise<Bench> {
  const own = name === 'nested';
  const program = fileURLToPath(
    new URL(own ? './nested/example.js' : `../../examples/${name}/example.js`, import.meta.url),
  );
  const { example } = (await import(program)) as { example: EventMaker };
  const startMs = example.startMs(Date.now(), settings.events);
  return {
    example,
    program,
    pipeline: own ? 'test/bench/nested' : `examples/${name}`,
    load: { ...settings, startMs },
  };
}
