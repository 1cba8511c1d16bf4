/** The ground of one case: a source with its streams, tasks and tables, and events for it. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LogStage, streamOf } from '#frame/log-name';
import type { TaskStatus } from '#runtime/ground/task-status';
import { byTask, type IngestTask, ingestTasks, isOfWindow, type Task } from '#stages/topology/topology';
import type { FieldNeeds } from './ground-case.js';
import type { World } from './world.js';
import { partitionsOf, subjectOfField, windowOf } from './write-pipeline.js';

const waitMsMax = 90_000;
const lookMs = 300;
const publishMsMax = 2_000;
const kinds = 3;
const persons = 7;

export class Field {
  /** Events that NATS has acknowledged, and that nobody has deleted since. */
  accepted = 0;
  /** Events of which nobody knows. */
  unclear = 0;
  #next = 0;
  readonly #baseMs = Date.now() - 600_000;

  constructor(
    readonly world: World,
    readonly name: string,
    readonly needs: FieldNeeds,
  ) {}

  get front(): string {
    return this.#ingest.front.stream;
  }

  /** Those whose work depends on this source. */
  get tasks(): Task[] {
    return this.world.topology.tasks.filter((task) => this.#isOf(task));
  }

  /** Stream of a log; of two partitions the first. */
  log(stage: LogStage): string {
    const origin = isOfWindow({ stage }) ? windowOf(this.name) : this.name;
    return streamOf({ pipeline: this.world.name, stage, origin, partition: 0 });
  }

  /** Folder of a table. */
  table(kind: 'bronze' | 'silver'): string {
    return join(this.world.lake, `${kind}_${this.name}`);
  }

  /** @param more fields on top @returns how many were accepted; others were refused, and are told by NATS to be so */
  async publish(count: number, more: Readonly<Record<string, string>> = {}): Promise<number> {
    const { js } = this.world.admin;
    const sent = Array.from({ length: count }, async () => {
      const n = this.#next++;
      const event = {
        id: `${this.name}-${n}`,
        who: `w${n % persons}`,
        kind: `k${n % kinds}`,
        at: new Date(this.#baseMs + n).toISOString(),
        ...more,
      };
      const answer = await js
        .publish(subjectOfField(this.world.name, this.name), JSON.stringify(event), {
          timeout: publishMsMax,
          retries: 0,
        })
        .catch((error: Error) => error);
      if (!(answer instanceof Error)) return true;
      if (answer.name === 'TimeoutError') this.unclear++;
      return false;
    });
    const accepted = (await Promise.all(sent)).filter(Boolean).length;
    this.accepted += accepted;
    return accepted;
  }

  /** Until everything that was accepted is in the tables. */
  async settled(): Promise<void> {
    await this.until('everything is in the tables', () => this.world.isIdle(this.tasks));
  }

  /** What the tasks say of themselves, since the services were started. */
  states(): TaskStatus[] {
    const names = new Set(this.tasks.map(({ name }) => name));
    return this.world.statuses().filter(({ task }) => names.has(task));
  }

  async until(what: string, holds: () => boolean | Promise<boolean>, msMax = waitMsMax): Promise<void> {
    const untilMs = performance.now() + msMax;
    while (!(await holds())) {
      if (performance.now() > untilMs) throw new Error(`not within ${msMax} ms: ${what}\n${this.#told()}`);
      await sleep(lookMs);
    }
  }

  get #ingest(): IngestTask {
    return ingestTasks(this)[0]!;
  }

  #isOf(task: Task): boolean {
    const own = [this.name, windowOf(this.name)];
    return own.includes(
      byTask(task, {
        ingest: ({ source }) => source.name,
        log: ({ origin }) => origin,
        lake: ({ table }) => table.origin,
      }),
    );
  }

  #told(): string {
    return this.states()
      .map(
        ({ task, state, idle, inputs, reason }) =>
          `${task} ${state}${idle ? ' idle' : ''} at ${inputs.map(({ position }) => position).join()} ${reason ?? ''}`,
      )
      .join('\n');
  }
}

/** Names of the tables that hold what the field was sent, and the count of each. */
export function countsOf({ name, needs }: Field, unreadable: string | undefined): string[] {
  const tables = ['bronze', 'silver'].filter((kind) => kind !== unreadable);
  const counted = tables.map(
    (kind) =>
      `SELECT '${name}' AS field, '${kind}' AS what, count(*) AS n, count(DISTINCT ${kind === 'bronze' ? '_seq' : 'id'}) AS ids FROM ${kind}_${name}`,
  );
  const gold = `SELECT '${name}' AS field, 'gold' AS what, CAST(coalesce(sum(events), 0) AS BIGINT) AS n, CAST(coalesce(sum(events), 0) AS BIGINT) AS ids FROM gold_${windowOf(name)}_latest`;
  return needs.window && partitionsOf(needs) > 1 ? [...counted, gold] : counted;
}
