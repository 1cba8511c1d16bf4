/** What is asked of every case: does Afluente do what the table says, and is every accepted event in the tables once? */
import { join } from 'node:path';
import { LakeDatabase } from '#duckdb/query-lake';
import { openStore } from '#store/open-store';
import { countsOf, type Field } from './field.js';
import type { GroundCase } from './ground-case.js';
import type { Cell, Outcome } from './read-table.js';

const warmUp = 20;
const meanwhile = 10;
const goesOn: Outcome = { verdict: 'goes on', words: [] };

/** Events before anything changes. */
export async function begin(field: Field): Promise<void> {
  await field.publish(warmUp);
  await field.settled();
}

/** The change while events go on, and what comes of it. */
export async function change(one: GroundCase, { now }: Cell, field: Field): Promise<void> {
  await one.does(field);
  for (const service of one.kills ?? []) field.world.kill(service);
  await field.publish(meanwhile);
  await comesTrue(now, one, field);
  if (now.verdict === 'halts' || !one.repairs) return;
  await one.repairs(field);
  await field.publish(meanwhile);
  await comesTrue(goesOn, one, field);
}

/** After a start: what was repaired goes on, and what was not does not. */
export async function afterStart(one: GroundCase, cell: Cell, field: Field): Promise<void> {
  await field.publish(meanwhile);
  await comesTrue(endOf(one, cell), one, field);
}

/** How it ends. */
export function endOf({ repairs }: GroundCase, { now, later }: Cell): Outcome {
  return later ?? (now.verdict === 'goes on' || repairs ? goesOn : now);
}

async function comesTrue({ verdict, words }: Outcome, one: GroundCase, field: Field): Promise<void> {
  if (verdict === 'goes on') return field.settled();
  const said = [...words, ...(one.says === undefined ? [] : [one.says])];
  const state = verdict === 'waits' ? 'waiting' : 'halted';
  const isSeen = async (): Promise<boolean> => {
    if (one.seenBy === 'readyz')
      return (await field.world.readiness())
        .split('\n')
        .some((line) => line.includes(state) && said.every((words) => line.includes(words)));
    return field
      .states()
      .some((status) => status.state === state && said.every((words) => status.reason?.includes(words)));
  };
  await field.until(`a task is ${state}, and says ${said.map((words) => `"${words}"`).join(', ')}`, isSeen);
}

export interface Looked {
  readonly field: Field;
  readonly unreadable: string | undefined;
  /** All of it must be there; else only nothing twice, and nothing that was not sent. */
  readonly whole: boolean;
}

/** @returns what is wrong with the tables of each field, by its name */
export async function wrongTables(lake: string, looked: readonly Looked[]): Promise<Map<string, string>> {
  const wrong = new Map<string, string>();
  const store = await openStore(`file:${lake}`);
  try {
    for (const { field, unreadable, whole } of looked) {
      const texts = countsOf(field, unreadable);
      const tables = texts.map((text) => / FROM (\w+?)(?:_latest)?$/.exec(text)![1]!);
      const session = await LakeDatabase.open({ store, tables });
      const { rows } = await session.query(texts.join(' UNION ALL ')).finally(() => session.close());
      const found = rows.map(([, what, n, ids]) => ({ what: String(what), n: Number(n), ids: Number(ids) }));
      const bad = found.filter(
        ({ n, ids }) => n !== ids || n > field.accepted + field.unclear || (whole && n < field.accepted),
      );
      if (bad.length > 0)
        wrong.set(
          field.name,
          `${field.accepted} events were accepted (${field.unclear} unclear), but ${bad.map(({ what, n, ids }) => `${what} has ${n} of ${ids} different ones`).join(', ')} (${join(lake, '…')})`,
        );
    }
  } finally {
    await store.close();
  }
  return wrong;
}
