/** Runs one case: its pipeline under `afluente up --until-idle`, then its questions to the lake. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliResult, runCli, startCli } from '../../e2e/support/cli.js';
import { descendantsOf } from '../../e2e/support/descendants.js';
import { type Ask, type Row, withLake } from '../../e2e/support/lake.js';
import { RawNats } from '../../support/nats/raw-nats.js';
import type { NatsServer } from '../../support/nats-server.js';
import { type CaseLine, messagesOf } from './case-message.js';
import { withLists } from './fill-in.js';

/** A question to the lake, and the rows that are its right answer. */
export interface Question {
  /** What the answer shows, in words. */
  readonly it: string;
  readonly sql: string;
  readonly rows: readonly Row[];
}

export interface CaseRun {
  readonly up: CliResult;
  /** By the words of the question: the rows, or why there are none. */
  readonly answers: ReadonlyMap<string, readonly Row[] | string>;
}

/** A service that computes for ever would not let go of the rest of the folder. */
const upMsMax = 60_000;

export function questionsOf(folder: string): readonly Question[] {
  return JSON.parse(readFileSync(join(folder, 'expect.json'), 'utf8')) as Question[];
}

/** @param work a folder of its own, which the caller removes */
export async function runCase(
  folder: string,
  work: string,
  server: Pick<NatsServer, 'url' | 'port'>,
): Promise<CaseRun> {
  const pipeline = join(work, 'pipeline');
  cpSync(folder, pipeline, { recursive: true });
  for (const name of readdirSync(join(pipeline, 'contracts'))) rewrite(join(pipeline, 'contracts', name), withLists);
  const lake = `file:${join(work, 'lake')}`;
  const streams = await runCli(['streams', '--pipeline', pipeline, '--nats', server.url]);
  if (streams.code !== 0) throw new Error(`the streams were not made: ${streams.stderr}`);
  await publish(join(pipeline, 'messages.ndjson'), server.port);
  const up = await upUntilIdle(['up', '--pipeline', pipeline, '--nats', server.url, '--lake', lake, '--until-idle']);
  return { up, answers: await answersOf(questionsOf(folder), lake) };
}

function rewrite(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

async function publish(file: string, port: number): Promise<void> {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CaseLine);
  const nats = await RawNats.open(port);
  const refusals: string[] = [];
  const nowMs = Date.now();
  try {
    for (const message of lines.flatMap((line) => messagesOf(line, nowMs)))
      nats.publish(message, (answer) => answer.kind === 'refused' && refusals.push(answer.why));
    await nats.room(0);
  } finally {
    nats.close();
  }
  if (refusals.length > 0) throw new Error(`NATS refused messages: ${refusals[0]}`);
}

async function upUntilIdle(args: readonly string[]): Promise<CliResult> {
  const up = startCli(args);
  const tooLong = setTimeout(() => {
    const services = descendantsOf(up.pid);
    up.signal('SIGKILL');
    for (const pid of services) process.kill(pid, 'SIGKILL');
  }, upMsMax);
  try {
    return await up.ended;
  } finally {
    clearTimeout(tooLong);
  }
}

async function answersOf(questions: readonly Question[], lake: string): Promise<Map<string, readonly Row[] | string>> {
  const each = async (ask: Ask): Promise<Map<string, readonly Row[] | string>> => {
    const answers = new Map<string, readonly Row[] | string>();
    for (const { it, sql } of questions) answers.set(it, await ask(sql).catch(String));
    return answers;
  };
  return withLake(lake, each).catch((error: unknown) => each(() => Promise.reject(error)));
}
