/** Checks what a run has left: every event once, in order, in all tables; whole chains; windows as an oracle says. */
import { decodeHead, hashHead } from '#frame/head';
import { chainFindings, type Log } from '../../faults/check/chain-breaks.js';
import { deltaFindings } from '../../faults/check/delta-breaks.js';
import { found, type Finding } from '../../faults/check/findings.js';
import type { StoredStream } from '../model/stored-stream.js';
import { source, windowSizeMs } from '../world/pipelines.js';
import type { World } from '../world/world.js';
import { frontEvents, type FrontEvent } from './expected.js';
import { LakeRows, type Row } from './lake-rows.js';
import { newestResults, windowOracle } from './window-oracle.js';

const front = `afl_sim_front_${source}`;
const windows = [['by_user', 'user'], ['by_city', 'city']] as const;

export class WorldCheck {
  readonly #lake: LakeRows;

  constructor(private readonly world: World) {
    this.#lake = new LakeRows(world.store);
  }

  /** Whether all that was sent is in the lake, as far as a quick look tells. */
  get settled(): boolean {
    const events = this.#events();
    if (!this.world.producer.done || events.length === 0) return this.world.producer.done;
    const bad = events.filter(({ id }) => id === undefined).length;
    const good = events.filter(({ id, repeats }) => id !== undefined && !repeats).length;
    const [bronze, silver, quarantine] = ['bronze', 'silver', 'quarantine'].map((table) => this.#rows(`${table}_${source}`).length);
    return bronze! >= events.length && silver! + quarantine! >= good + bad && [...this.#windowFindings()].length === 0;
  }

  *findings(): Generator<Finding> {
    this.#lake.forget();
    const events = this.#events();
    yield* this.#producerFindings(events);
    yield* this.#rowFindings(events);
    yield* this.#orderFindings();
    yield* this.#windowFindings();
    yield* chainFindings(this.#logs());
    for (const table of Object.keys(this.world.pipeline.compiled.pipeline.lake.tables)) {
      const { entries, sizes } = this.#lake.table(table);
      yield* deltaFindings(table, entries, sizes);
    }
    for (const reason of this.world.replicas.flatMap(({ halted }) => halted)) yield found('unexpected', `halted: ${reason}`);
  }

  #events(): FrontEvent[] {
    return frontEvents(this.world.cluster.store(front)?.history ?? []);
  }

  #rows(table: string): Row[] {
    return this.#lake.table(table).rows;
  }

  /** What the producer was promised is there, once; the model could be wrong too. */
  *#producerFindings(events: readonly FrontEvent[]): Generator<Finding> {
    const stored = countBy(events, ({ msgId }) => msgId);
    for (const { msgId, outcome } of this.world.producer.sent.values()) {
      const times = stored.get(msgId) ?? 0;
      if (times > 1) yield found('duplicated', `front stream: ${msgId} is there ${times} times`);
      if (times === 0 && outcome === 'accepted') yield found('lost', `front stream: ${msgId} was accepted and is not there`);
    }
  }

  *#rowFindings(events: readonly FrontEvent[]): Generator<Finding> {
    const bySeq = (table: string): Map<number, number> => countBy(this.#rows(`${table}_${source}`), (row) => Number(row['_seq']));
    const [bronze, silver, quarantine] = [bySeq('bronze'), bySeq('silver'), bySeq('quarantine')];
    for (const { seq, msgId, id, repeats } of events) {
      const found = [bronze, silver, quarantine].map((rows) => rows.get(seq) ?? 0) as [number, number, number];
      for (const rows of [bronze, silver, quarantine]) rows.delete(seq);
      yield* presence('bronze', msgId, seq, found[0], 1);
      if (id === undefined) yield* presence('quarantine', msgId, seq, found[2], 1);
      yield* presence('silver and quarantine', msgId, seq, found[1] + found[2], repeats ? 0 : 1);
    }
    for (const [table, rows] of [['bronze', bronze], ['silver', silver], ['quarantine', quarantine]] as const) {
      for (const seq of rows.keys()) yield found('unexpected', `${table}: front sequence ${seq} was never sent`);
    }
  }

  *#orderFindings(): Generator<Finding> {
    const last = new Map<unknown, number>();
    for (const row of this.#rows(`silver_${source}`)) {
      const [user, seq] = [row['user'], Number(row['_seq'])];
      if (seq < (last.get(user) ?? 0)) yield found('orderBreaks', `silver: ${String(user)} has front sequence ${seq} behind ${last.get(user)}`);
      last.set(user, seq);
    }
  }

  *#windowFindings(): Generator<Finding> {
    if (!this.world.settings.windows) return;
    const silver = this.#rows(`silver_${source}`);
    for (const [name, key] of windows) {
      const wanted = windowOracle(silver, key, windowSizeMs);
      const { newest, disorder } = newestResults(this.#rows(`gold_${name}`), key);
      for (const text of disorder) yield found('windowDifferences', `gold_${name}: ${text}`);
      for (const place of new Set([...wanted.keys(), ...newest.keys()])) {
        if (wanted.get(place) !== newest.get(place)) yield found('windowDifferences', `gold_${name}: ${place} is ${newest.get(place) ?? 'missing'}, ${wanted.get(place) ?? 'nothing'} is due`);
      }
    }
  }

  #logs(): Map<string, Log> {
    const stores = this.world.cluster.streams.filter(({ config: { name } }) => name.startsWith('afl_sim_') && name !== front);
    return new Map(stores.map((store) => [store.config.name, logOf(store)]));
  }
}

/** All frames that a log ever held. */
function logOf({ config, created, lastSeq, history }: StoredStream): Log {
  const frames = history.map(({ seq, headers, data }) => {
    const head = decodeHead((name) => headers?.values(name) ?? []);
    return { seq, head, hash: head ? hashHead(head) : '', bytes: data.byteLength };
  });
  return { stream: config.name, created, lastSeq, frames, isRaw: config.name.includes('_raw_') };
}

function* presence(where: string, msgId: string, seq: number, times: number, due: number): Generator<Finding> {
  if (times < due) yield found('lost', `${where}: ${msgId} (front sequence ${seq}) is missing`);
  if (times > due) yield found('duplicated', `${where}: ${msgId} (front sequence ${seq}) is there ${times} times, ${due} due`);
}

function countBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
