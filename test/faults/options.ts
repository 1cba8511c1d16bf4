/** The options of a fault run. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { allControls, type ControlName } from '../controls/all-controls.js';
import type { NatsVersion } from '../support/nats/nats-options.js';
import type { Servers } from './world/servers/nats-cluster.js';

export interface FaultOptions {
  readonly faults: number;
  readonly seed: number;
  readonly servers: Servers;
  readonly nats: NatsVersion;
  readonly replicas: number;
  /** Names of kinds, or what they begin with; empty: all. */
  readonly only: readonly string[];
  /** Name of a mutated build that the run must find out. */
  readonly control?: ControlName;
  /** Events a second. */
  readonly rate: number;
  /** Add a row to test/faults/RESULTS.md. */
  readonly record?: boolean;
}

const rateByDefault = 200;

export function readOptions(argv: readonly string[] = process.argv): FaultOptions {
  return new Command('test:faults')
    .description(
      'the real services against real servers, with faults; checks that every event is in the lake exactly once',
    )
    .option('--faults <n>', 'how many faults', wholeNumber, 30)
    .option('--seed <n>', 'which faults, in which order, on whom', wholeNumber, 1)
    .addOption(
      new Option('--servers <topology>', 'one nats-server, or a cluster of three with three replicas of each stream')
        .choices(['r1', 'r3'])
        .default('r1'),
    )
    .addOption(
      new Option('--nats <version>', 'version of nats-server').choices(['2.9', '2.10', 'current']).default('2.9'),
    )
    .option('--replicas <n>', 'processes of each service', wholeNumber, 2)
    .option(
      '--only <kinds>',
      'kinds of faults, separated by commas; `kill` stands for all that begin with it',
      words,
      [],
    )
    .option('--rate <n>', 'events a second', wholeNumber, rateByDefault)
    .addOption(
      new Option(
        '--control <name>',
        'run a build that is broken on purpose, and succeed only when that is found',
      ).choices(Object.keys(allControls)),
    )
    .option('--record', 'add the run to test/faults/RESULTS.md')
    .parse(argv)
    .opts<FaultOptions>();
}

/** The command that repeats a run. */
export function commandOf({ faults, seed, servers, nats, replicas, only, control, rate }: FaultOptions): string {
  const more = [
    ...(rate === rateByDefault ? [] : ['--rate', rate]),
    ...(only.length > 0 ? ['--only', only.join(',')] : []),
    ...(control === undefined ? [] : ['--control', control]),
  ];
  return [
    'npm run test:faults --',
    '--faults',
    faults,
    '--seed',
    seed,
    '--servers',
    servers,
    '--nats',
    nats,
    '--replicas',
    replicas,
    ...more,
  ].join(' ');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It is a whole number of 0 or more.');
  return value;
}

function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
