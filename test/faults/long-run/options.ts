/** The options of a long run. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { NatsVersion } from '../../support/nats/nats-options.js';
import type { Servers } from '../world/servers/nats-cluster.js';

export interface LongRunOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly servers: Servers;
  readonly nats: NatsVersion;
  /** Events a second. */
  readonly rate: number;
  /** Seconds from one fault to the next. */
  readonly every: number;
}

export function readOptions(argv: readonly string[] = process.argv): LongRunOptions {
  return new Command('test:long')
    .description(
      'a moderate load for a long time with a fault every few seconds: memory, handles and what NATS keeps must stay flat',
    )
    .option('--minutes <n>', 'how long; the first third is warm-up', positive, 30)
    .option('--seed <n>', 'which faults, in which order, on whom', positive, 2)
    .addOption(
      new Option('--servers <topology>', 'one nats-server, or a cluster of three').choices(['r1', 'r3']).default('r1'),
    )
    .addOption(
      new Option('--nats <version>', 'version of nats-server').choices(['2.9', '2.10', 'current']).default('2.9'),
    )
    .option('--rate <n>', 'events a second', positive, 100)
    .option('--every <n>', 'seconds from one fault to the next', positive, 5)
    .parse(argv)
    .opts<LongRunOptions>();
}

/** The command that repeats a run. */
export function commandOf({ minutes, seed, servers, nats, rate, every }: LongRunOptions): string {
  return [
    'npm run test:long --',
    '--minutes',
    minutes,
    '--seed',
    seed,
    '--servers',
    servers,
    '--nats',
    nats,
    '--rate',
    rate,
    '--every',
    every,
  ].join(' ');
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It is a number above 0.');
  return value;
}
