/** `afluente infer`: writes a first contract and pipeline file from sample events, and asks nothing. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { zoneOffsets } from '#contract/writing/zone-offsets';
import { type EnvelopeName, envelopeNames } from '#envelopes/all-envelopes';
import { isCsv } from '#event-files/splitter-of';
import { type Draft, firstDraft } from '#infer/draft/first-draft';
import { type Chosen, envelopeId, envelopeTime, subjectOf } from '#infer/draft/pipeline-text';
import { counted } from '#infer/kinds/evidence';
import { Sample, type Seen } from '#infer/profile/sample';
import { printable } from '#terminal/printable';
import { readEventFile } from '../publish/read-event-file.js';
import { UsageError } from '../run-command.js';

export interface InferOptions {
  readonly output?: string;
  readonly id?: string;
  readonly key?: string;
  readonly eventTime?: string;
  readonly timeZone?: string;
  readonly envelope?: string;
}

/** Texts of the file that are no events. */
interface Faults {
  count: number;
  /** The line of the first one, and why. */
  first: string;
}

interface Report {
  readonly file: string;
  readonly folder: string;
  readonly name: string;
  readonly seen: Seen;
  readonly faults: Faults;
  readonly draft: Draft;
}

const EventsFew = 20;
const NameCharsMax = 40;

/** @returns 0 when a pipeline was written; 1 when the events lack what every pipeline needs, which is told */
export async function infer(file: string, { output, timeZone, envelope, ...named }: InferOptions): Promise<number> {
  const folder = freeFolder(file, output);
  const name = nameOf(folder);
  if (timeZone !== undefined && zoneOffsets(timeZone) === undefined)
    throw new UsageError(`${timeZone} is no time zone: name one with --time-zone, such as America/Sao_Paulo`);
  const sampled = new Sample({ isTextOnly: isCsv(file), timeZone }, envelopeNamed(envelope));
  const faults = await readInto(sampled, file);
  const { profile } = sampled.seen;
  if (profile.events === 0)
    throw new UsageError(`${file} has no event${faults.count > 0 ? `: the text on ${faults.first}` : ''}`);
  const sample = `${counted(profile.events)} ${profile.events === 1 ? 'event' : 'events'} of ${basename(file)}`;
  const outcome = firstDraft(sampled.seen, { name, sample: printable(sample), named });
  if (!outcome.ok) {
    for (const reason of outcome.reasons) process.stderr.write(`${printable(reason)}\n`);
    process.stderr.write(`nothing was written: ${sample} cannot be those of a pipeline as they are\n`);
    return 1;
  }
  write(folder, outcome.draft);
  process.stdout.write(
    `${linesOf({ file, folder, name, seen: sampled.seen, faults, draft: outcome.draft }).join('\n')}\n`,
  );
  return 0;
}

async function readInto(sample: Sample, file: string): Promise<Faults> {
  const faults: Faults = { count: 0, first: '' };
  for await (const { line, text, isUtf8 } of readEventFile(file)) {
    const why = isUtf8 ? sample.add(text) : 'is not UTF-8';
    if (why !== undefined && faults.count++ === 0) faults.first = `line ${line} ${why}`;
  }
  return faults;
}

function envelopeNamed(name: string | undefined): EnvelopeName | 'none' | undefined {
  const known = [...envelopeNames, 'none'] as const;
  const found = known.find((one) => one === name);
  if (name !== undefined && found === undefined)
    throw new UsageError(`${name} is no envelope: name one of ${known.join(', ')} with --envelope`);
  return found;
}

/** What is there stays as it is: it may have been changed by hand. */
function freeFolder(file: string, output: string | undefined): string {
  if (output === undefined && file === '-')
    throw new UsageError('standard input has no name: name the folder of the pipeline with --output');
  const folder = output ?? join(dirname(file), basename(file).replace(/\.[^.]*$/, ''));
  if (existsSync(folder))
    throw new UsageError(`${folder} is there already: name another folder with --output, or remove it`);
  return folder;
}

/** Of the pipeline, its source, its subject and its tables. */
function nameOf(folder: string): string {
  const plain = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, NameCharsMax)
    .replace(/^_|_$/g, '');
  return plain === '' ? 'events' : plain;
}

function write(folder: string, { pipeline, contract, contractPath }: Draft): void {
  try {
    mkdirSync(dirname(folder), { recursive: true });
    mkdirSync(folder);
  } catch (cause) {
    throw new UsageError(`${folder} cannot be made: ${(cause as Error).message}`, { cause });
  }
  try {
    mkdirSync(dirname(join(folder, contractPath)));
    writeFileSync(join(folder, contractPath), contract);
    writeFileSync(join(folder, 'pipeline.yaml'), pipeline);
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    throw new UsageError(`${folder} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

function linesOf({ file, folder, name, seen: { profile, envelope }, faults, draft }: Report): string[] {
  const { choice, columns, notes } = draft;
  const ofEnvelope = (path: string): Chosen => ({ path, evidence: `of the envelope, ${envelope}` });
  const roles = [
    ['id', choice.id ?? ofEnvelope(envelopeId(envelope!))],
    ['key', choice.key],
    ['event time', choice.eventTime ?? ofEnvelope(envelopeTime(envelope!))],
  ] as const;
  const width = Math.max(...roles.map(([, { path }]) => path.length));
  const events = `${counted(profile.events)} ${profile.events === 1 ? 'event' : 'events'}`;
  const all = [
    ...(profile.events < EventsFew ? ['so few events say little: try a larger sample'] : []),
    ...(faults.count > 0
      ? [`${counted(faults.count)} ${faults.count === 1 ? 'text is no event' : 'texts are no events'}: ${faults.first}`]
      : []),
    ...notes,
  ];
  const command = 'npm run -s afluente --';
  return [
    `${folder}: a first pipeline from ${events}, with ${columns} columns`,
    ...roles.map(([role, { path, evidence }]) => `  ${role.padEnd(10)}  ${path.padEnd(width)}  ${evidence}`),
    ...all.map((note) => `note: ${note}`),
    `The comments in pipeline.yaml and ${draft.contractPath} say what was seen. Look through both, then:`,
    `  ${command} lint ${folder}`,
    `  ${command} up --pipeline ${folder} --nats nats://127.0.0.1:4222 --lake file:${folder}/lake`,
    `  ${command} produce --pipeline ${folder} --nats nats://127.0.0.1:4222 --file ${file} --subject ${subjectOf(name)}`,
  ].map(printable);
}
