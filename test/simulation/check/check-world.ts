/** Checks what a run has left: every event once, in order, in all tables, and on time where it was; whole chains; windows as an oracle says. */
import { logPrefix } from '#delta/log-names';
import { decodeHead, hashHead } from '#frame/head';
import { incarnationOf } from '#nats/streams/incarnation';
import { type Finding, found } from '../../faults/check/findings.js';
import { deltaFindings } from '../../faults/check/lake/delta-breaks.js';
import { chainFindings, endsWithin, type Log } from '../../faults/check/logs/chain-breaks.js';
import type { StoredStream } from '../model/streams/stored-stream.js';
import { describeStream } from '../model/streams/stream-info.js';
import { source, windowSizeMs, windows } from '../world/pipelines.js';
import { poisonedStage } from '../world/services/poison.js';
import type { World } from '../world/world.js';
import { type FrontEvent, frontEvents } from './expected.js';
import { LakeRows, type Row } from './lake-rows.js';
import { partFindings } from './part-findings.js';
import { countBy, lateFindings, orderFindings, type RowsOf, rowFindings } from './row-findings.js';
import { versionFindings } from './version-findings.js';
import { newestResults, windowOracle } from './window-oracle.js';

const front = `afl_sim_front_${source}`;
/** A writer that has just seen the log may still write. */
const onItsWayMs = 500;

export class WorldCheck {
  readonly #lake: LakeRows;

  constructor(private readonly world: World) {
    this.#lake = new LakeRows(world.store);
  }

  /** Whether all that was sent is in the lake, as far as a quick look tells, and every step has come to its end. */
  get settled(): boolean {
    const events = this.#events();
    if (!this.world.producer.done || events.length === 0) return this.world.producer.done;
    const bad = events.filter(({ id }) => id === undefined).length;
    const good = events.filter(({ id, repeats }) => id !== undefined && !repeats).length;
    const [bronze, silver, quarantine] = ['bronze', 'silver', 'quarantine'].map(
      (table) => this.#rows(`${table}_${source}`).length,
    );
    // Each window leaves the events on which it fails in quarantine, beside their rows in silver.
    const twice = this.#poisonedRows() * windows.length;
    return (
      (bronze! >= events.length || this.world.logLostMs !== undefined) &&
      silver! + quarantine! >= good + bad + twice &&
      [...this.#windowFindings(), ...this.#partFindings()].length === 0 &&
      ![...this.#logs().values()].some(endsWithin)
    );
  }

  *findings(): Generator<Finding> {
    this.#lake.refresh();
    const events = this.#events();
    const rowsOf: RowsOf = (table) => this.#rows(table);
    yield* this.#producerFindings(events);
    yield* rowFindings(this.world, rowsOf, events);
    yield* lateFindings(rowsOf, events);
    yield* orderFindings(rowsOf);
    yield* this.#windowFindings();
    yield* this.#partFindings();
    yield* chainFindings(this.#logs());
    yield* this.#timeFindings();
    if (this.world.wasUpgraded)
      yield* versionFindings(
        this.world.cluster.streams.filter(({ config: { name } }) => name.includes('_enriched_')),
        this.#rows(`silver_${source}`),
      );
    for (const table of Object.keys(this.world.pipeline.compiled.pipeline.lake.tables)) {
      const { entries, sizes } = this.#lake.table(table);
      yield* deltaFindings(table, entries, sizes);
    }
    for (const reason of this.world.replicas.flatMap(({ halted }) => halted))
      if (!this.#isDue(reason)) yield found('unexpected', `halted: ${reason}`);
    yield* this.#lostLogFindings();
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
      if (times === 0 && outcome === 'accepted')
        yield found('lost', `front stream: ${msgId} was accepted and is not there`);
    }
  }

  /** Whose log was deleted halts, and says so. */
  #isDue(reason: string): boolean {
    if (
      this.world.settings.repartitions &&
      / has changed since, and this (pipeline\.yaml|file) says only those before/.test(reason)
    )
      return true;
    return (
      this.world.logLostMs !== undefined &&
      reason.startsWith('lake.bronze_events: Table bronze_events cannot be used: ')
    );
  }

  /** Nothing may be committed behind a log that is gone; what was on its way then may have come. */
  *#lostLogFindings(): Generator<Finding> {
    const { logLostMs, store } = this.world;
    // A checkpoint that was on its way when the log went stands for all before it.
    if (
      logLostMs === undefined ||
      store.keys(logPrefix('bronze_events')).some((key) => key.endsWith('.checkpoint.parquet'))
    )
      return;
    for (const [key, askedMs] of store.askedMs) {
      const lateMs = Math.round(askedMs - logLostMs);
      if (key.startsWith(logPrefix('bronze_events')) && lateMs > onItsWayMs)
        yield found('unexpected', `${key} was written ${lateMs} ms after the log was deleted`);
    }
  }

  /** No machine's clock lets time pass: a watermark is never further than an event may take it along when its frame is stored. */
  *#timeFindings(): Generator<Finding> {
    const { aheadMsMax } = this.world.pipeline.compiled.pipeline.sources[source]!.eventTime;
    for (const { config, history } of this.world.cluster.streams) {
      if (!config.name.includes('_valid_')) continue;
      for (const { seq, headers, timeMs } of history) {
        const watermark = headers?.get('Afl-Watermark');
        if (watermark && Number(watermark) > timeMs + aheadMsMax)
          yield found(
            'unexpected',
            `${config.name}: frame ${seq} has a watermark ${Math.round(Number(watermark) - timeMs)} ms ahead`,
          );
      }
    }
  }

  /** Rows in silver that no window could take. */
  #poisonedRows(): number {
    return this.world.settings.windows ? this.#rows(`silver_${source}`).filter(isPoisoned).length : 0;
  }

  *#windowFindings(): Generator<Finding> {
    if (!this.world.settings.windows) return;
    const silver = this.#rows(`silver_${source}`).filter((row) => !isPoisoned(row));
    for (const [name, key] of windows) {
      const wanted = windowOracle(silver, key, windowSizeMs);
      const { newest, disorder } = newestResults(this.#rows(`gold_${name}`), key);
      for (const text of disorder) yield found('windowDifferences', `gold_${name}: ${text}`);
      for (const place of new Set([...wanted.keys(), ...newest.keys()])) {
        if (wanted.get(place) !== newest.get(place))
          yield found(
            'windowDifferences',
            `gold_${name}: ${place} is ${newest.get(place) ?? 'missing'}, ${wanted.get(place) ?? 'nothing'} is due`,
          );
      }
    }
  }

  #partFindings(): Iterable<Finding> {
    return this.world.settings.parts ? partFindings((table) => this.#rows(table)) : [];
  }

  #logs(): Map<string, Log> {
    const stores = this.world.cluster.streams.filter(
      ({ config: { name } }) => name.startsWith('afl_sim_') && name !== front,
    );
    return new Map(stores.map((store) => [store.config.name, logOf(store)]));
  }
}

function isPoisoned(row: Row): boolean {
  return poisonedStage(String(row['city'])) === 'window';
}

/** All frames that a log ever held. */
function logOf(store: StoredStream): Log {
  const { config, lastSeq, history } = store;
  const frames = history.map(({ seq, headers, data }) => {
    const head = decodeHead((name) => headers?.values(name) ?? []);
    return { seq, head, hash: head ? hashHead(head) : '', bytes: data.byteLength };
  });
  return {
    stream: config.name,
    created: incarnationOf(describeStream(store)),
    lastSeq,
    frames,
    isRaw: config.name.includes('_raw_'),
  };
}
