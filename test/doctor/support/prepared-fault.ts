/** Something that is broken on purpose, and what the doctor must say of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsClient } from '#nats/ground/nats';
import type { StreamSettings } from '#nats/streams/stream-faults';
import type { Finding, Severity } from '../../../apps/afluente/doctor/finding.js';
import { type CliResult, runCli } from '../../e2e/support/cli.js';
import type { Place, PlaceOptions } from './prepared-place.js';

export interface PreparedFault extends PlaceOptions {
  readonly name: string;
  readonly breaks?: (place: Place) => Promise<unknown> | unknown;
  /** Options of the command that are others than the place's. */
  readonly options?: (place: Place) => Partial<Record<'pipeline' | 'nats' | 'lake', string | undefined>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly finds: string;
  /** What stands in `<subject>: <message>. <remedy>`. */
  readonly says: RegExp;
  readonly severity?: Severity;
  /** Other findings that follow from the same fault. */
  readonly also?: readonly string[];
}

export interface Told extends CliResult {
  readonly findings: readonly Finding[];
}

export async function askDoctor(
  place: Place,
  { options, env }: Pick<PreparedFault, 'options' | 'env'> = {},
): Promise<Told> {
  const all = { pipeline: place.pipeline, nats: place.server.url, lake: `file:${place.lake}`, ...options?.(place) };
  const args = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  const result = await runCli(['doctor', '--json', ...args], { ...(env && { env }) });
  if (!result.stdout.startsWith('{')) throw new Error(`the doctor says ${result.stdout}${result.stderr}`);
  return { ...result, findings: (JSON.parse(result.stdout) as { findings: Finding[] }).findings };
}

export const sentence = ({ subject, message, remedy }: Finding): string => `${subject}: ${message}. ${remedy}`;

/** Changes the pipeline file. */
export function edit({ pipeline }: Place, from: string | RegExp, to: string): void {
  const file = join(pipeline, 'pipeline.yaml');
  const before = readFileSync(file, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`the edit changes nothing in ${file}`);
  writeFileSync(file, after);
}

export const front = 'afl_orders_front_orders';

export function natsIn({ nats }: Place): NatsClient {
  if (!nats) throw new Error('nobody may connect here');
  return nats;
}

/** As an administrator would do it. */
export async function editStream(place: Place, stream: string, settings: Partial<StreamSettings>): Promise<unknown> {
  const { jsm } = natsIn(place);
  return jsm.streams.update(stream, settings as Parameters<typeof jsm.streams.update>[1]);
}

export const deleteStream = (place: Place, stream: string): Promise<boolean> =>
  natsIn(place).jsm.streams.delete(stream);

/** As services would make what is missing. */
export const remakeStreams = ({ pipeline, server }: Place): Promise<CliResult> =>
  runCli(['streams', '--pipeline', pipeline, '--nats', server.url]);
