/** The options of a hostile run. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { NatsVersion } from '../support/nats/nats-options.js';

export interface HostileOptions {
  readonly messages: number;
  readonly seed: number;
  /** Undefined: the nats-server that the set-up found. */
  readonly nats?: NatsVersion;
  /** Names of kinds of messages that stay away, or what they begin with. */
  readonly without: readonly string[];
  /** The same, of kinds that come beside ordinary messages, and no others do; empty: all. */
  readonly only: readonly string[];
  /** The time the messages call now, epoch ms: the same one gives the same bytes again. */
  readonly nowMs: number;
}

export function readOptions(argv: readonly string[] = process.argv): HostileOptions {
  return new Command('test:hostile')
    .description('hostile messages against the real services; accounts for each of them')
    .option('--messages <n>', 'how many messages', wholeNumber, 1_000_000)
    .option('--seed <n>', 'which messages', wholeNumber, 1)
    .addOption(new Option('--nats <version>', 'version of nats-server').choices(['2.9', '2.10', 'current']))
    .option(
      '--without <kinds>',
      'kinds of messages to leave out, separated by commas; `mutated` stands for all that begin with it',
      words,
      [],
    )
    .option('--only <kinds>', 'kinds of messages that come beside ordinary ones, and no others do', words, [])
    .option('--now-ms <ms>', 'the time that the messages call now, for the same bytes again', wholeNumber, Date.now())
    .parse(argv)
    .opts<HostileOptions>();
}

/** The command that repeats a run. */
export function commandOf({ messages, seed, nats, without, only, nowMs }: HostileOptions): string {
  const more = [
    ...(nats === undefined ? [] : ['--nats', nats]),
    ...(without.length > 0 ? ['--without', without.join(',')] : []),
    ...(only.length > 0 ? ['--only', only.join(',')] : []),
  ];
  return ['npm run test:hostile --', '--messages', messages, '--seed', seed, '--now-ms', nowMs, ...more].join(' ');
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
