/** The task of lake-writer for one table: collects frames of its logs and commits them with their positions, in one Delta commit. */
import { randomUUID } from 'node:crypto';
import { streamOf, subjectOf } from '#frame/log-name';
import { checkOpen, type Position, type StreamFacts } from '#frame/lineage';
import type { InputFrame } from '#frame/step';
import type { Section } from '#frame/sections';
import { emptyFrame } from '#columns/frames';
import type { ColumnSpec } from '#columns/column-spec';
import { SupersededError } from '#lake/lake-errors';
import { LakeTable } from '#lake/lake-table';
import { ensureLog } from '#nats/streams';
import { appIdOf, wasRecreated, type LakeInput } from '#stages/lake-input';
import { columnsWithPartitions, sectionsFor, tableRows } from '#stages/table-rows';
import type { LakeTask as Spec } from '#stages/topology';
import type { ObjectStore } from '#store/object-store';
import type { RuntimeContext } from './context.js';
import { ingestOf, openFront } from './front-stream.js';
import { bytesOf } from './frame-batch.js';
import { CommitTraces } from './commit-traces.js';
import type { LakeBudget } from './lake-budget.js';
import { LargeEvents } from './large-events.js';
import { HaltError, LogInputs } from './log-inputs.js';
import { Redeliveries } from './redeliveries.js';
import { nothingWaits, type EndReason, type Measures, type Runnable, type TaskStatus } from './task-status.js';
import { version } from './version.js';

export interface LakeTableShape {
  /** Source whose events the table holds, directly or as results. */
  readonly source: string;
  /** Columns of the rows, without derived partition columns. */
  readonly columns: readonly ColumnSpec[];
  readonly configuration: Readonly<Record<string, string>>;
}

interface Session {
  readonly table: LakeTable;
  /** Columns of the table, derived partition columns included. */
  readonly columns: readonly ColumnSpec[];
  readonly inputs: LogInputs;
  /** Delta appId of each input. */
  readonly txns: readonly string[];
  /** Version of each input's txn that our rows continue; -1 = no txn yet. */
  previous: number[];
  committed: readonly Position[];
  idle: boolean[];
  sections: Section[];
  rows: number;
  bytes: number;
  /** Bytes of all frames taken since the last commit, by input: empty ones, and those of which the table takes nothing, too. */
  taken: number[];
  /** When the oldest waiting row came, epoch ms. */
  sinceMs: number;
  /** When the server stored the oldest frame with waiting rows, epoch ms. */
  oldestMs: number | undefined;
  committedMs: number;
  logic: string | undefined;
}

/** The txns move at least this often while only empty frames come, so that logs can be trimmed. */
const EMPTY_COMMIT_EVERY_MS = 60_000;
/** They move also when this share of a log has been read since: a log full of what the table does not need would stand still until then. */
const LOG_SHARE_MAX = 0.2;
const TURN_MS = 200;
const ENGINE = `afluente/${version}`;

export class LakeTask implements Runnable {
  readonly name: string;
  #session: Session | undefined;
  /** Only a table of raw events has them. */
  readonly #large: LargeEvents | undefined;
  readonly #redeliveries: Redeliveries;
  /** Undefined when nothing is traced. */
  readonly #traces: CommitTraces | undefined;
  /** Newest commit of this process; before it, when the process began to serve the table. Epoch ms. */
  #committedMs: number;

  constructor(private readonly context: RuntimeContext, private readonly spec: Spec, private readonly store: ObjectStore, private readonly shape: LakeTableShape, private readonly budget: LakeBudget) {
    this.name = spec.name;
    this.#redeliveries = new Redeliveries(context.metrics, spec.name);
    this.#committedMs = context.now();
    this.#traces = CommitTraces.of(context.tracing, spec);
    this.#large = spec.table.stage === 'raw' ? new LargeEvents(context.objects, store, shape.source) : undefined;
  }

  async run(stop: AbortSignal): Promise<void> {
    this.#traces?.forget();
    const session = await this.#open();
    this.#session = session;
    stop.addEventListener('abort', session.inputs.wake);
    try {
      while (!stop.aborted) {
        if (!session.inputs.ready) await session.inputs.waitForMore(TURN_MS);
        await this.#take(session);
        if (this.#due(session)) await this.#commit(session);
      }
      if (session.rows > 0 && stop.reason === ('released' satisfies EndReason)) await this.#commit(session);
    } finally {
      stop.removeEventListener('abort', session.inputs.wake);
      session.inputs.close();
      await session.table.close();
    }
  }

  status(): Omit<TaskStatus, 'owner' | 'state' | 'reason' | 'updatedMs'> {
    const session = this.#session;
    // Nothing waits when no rows are buffered: what was read since the last commit was empty.
    const effective = session && (session.rows === 0 ? session.inputs.positions : session.committed);
    return {
      task: this.name,
      inputs: (effective ?? []).map(({ stream, created, seq }, i) => ({ stream, created, position: seq, safe: session!.committed[i]!.seq })),
      watermarkMs: null,
      idle: session?.idle.every(Boolean) ?? false,
      waiting: session?.rows ?? 0,
    };
  }

  measure(): Measures {
    const { name } = this.spec.table;
    const session = this.#session;
    const waiting = session?.inputs.lag ?? nothingWaits;
    return {
      lag: { ...waiting, oldestMs: session?.oldestMs ?? waiting.oldestMs },
      streams: [],
      table: { name, uncommittedRows: session?.rows ?? 0, committedMs: this.#committedMs },
    };
  }

  onReconnect(): void {
    this.#session?.inputs.onReconnect();
  }

  async #open(): Promise<Session> {
    const { table } = this.spec;
    const { nats, config, now, crash, log } = this.context;
    const columns = columnsWithPartitions(this.shape.columns, table);
    if ('problem' in columns) throw new HaltError(columns.problem);
    const lake = await LakeTable.open({
      store: this.store,
      name: table.name,
      columns,
      partitionBy: table.partitionBy,
      engineInfo: ENGINE,
      configuration: this.shape.configuration,
      nowMs: now(),
      onPoint: (point) => crash(`lake.${point}`),
      checkpointEvery: config.checkpointEveryCommits,
      onCheckpointFailure: (error, version) => log.warn({ task: this.name, version, err: error.message }, 'checkpoint not written, readers of the table read more of its log'),
    });
    await this.#large?.sweep();
    const settings = { bytesMax: config.logBytesMax, replicas: config.streamReplicas };
    const facts = await Promise.all(this.spec.inputs.map((log) => ensureLog(nats, streamOf(log), [subjectOf(log)], settings)));
    const { created: frontCreated } = await openFront(nats, ingestOf(this.context.topology, this.shape.source), config.streamReplicas);
    const txns = facts.map((log) => appIdOf({ log, frontCreated }));
    const positions = facts.map((log) => this.#position(lake, { log, frontCreated }, log));
    return {
      table: lake,
      columns,
      txns,
      previous: txns.map((id) => lake.txns.get(id) ?? -1),
      inputs: new LogInputs(nats, positions, config.batchBytesMax, {
        countRows: (sections) => sectionsFor(table.stage, sections).reduce((sum, { rows }) => sum + rows, 0),
        onTaken: ({ stream, seq }) => this.#redeliveries.take(stream, seq),
      }),
      committed: positions,
      idle: positions.map(() => true),
      sections: [],
      rows: 0,
      bytes: 0,
      taken: positions.map(() => 0),
      sinceMs: 0,
      oldestMs: undefined,
      committedMs: now(),
      logic: undefined,
    };
  }

  /** Where the table stands in one input: its Delta txn. */
  #position(lake: LakeTable, input: LakeInput, facts: StreamFacts): Position {
    const { stream, created } = facts;
    if (wasRecreated(lake.txns.keys(), input)) {
      throw new HaltError(`${stream} was deleted and made again since table ${this.spec.table.name} last read it, so its stage repeats events that the table may hold. To start anew, use another lake or pipeline name, or delete the front stream too.`);
    }
    const committed = lake.txns.get(appIdOf(input));
    if (committed === undefined) return { stream, created, seq: facts.firstSeq - 1, hash: undefined };
    const position = { stream, created, seq: committed, hash: undefined };
    const verdict = checkOpen(position, facts);
    if (verdict.kind === 'halt') throw new HaltError(verdict.reason);
    return position;
  }

  async #take(session: Session): Promise<void> {
    const { batchBytesMax } = this.context.config;
    const frames = session.inputs.take(batchBytesMax);
    const [first] = frames;
    if (!first) return;
    // Rows of two pipeline versions may have different columns.
    if (session.logic !== undefined && first.head.logic !== session.logic && session.rows > 0) await this.#commit(session, previousPositions(session.inputs.positions, frames));
    session.logic = first.head.logic;
    for (const frame of frames) this.#keep(session, frame);
  }

  #keep(session: Session, frame: InputFrame): void {
    session.idle[frame.input] = frame.head.idle;
    session.taken[frame.input]! += bytesOf([frame]);
    this.#traces?.take(frame.head, streamOf(this.spec.inputs[frame.input]!));
    for (const section of sectionsFor(this.spec.table.stage, frame.sections)) {
      if (session.rows === 0) Object.assign(session, { sinceMs: this.context.now(), oldestMs: session.inputs.takenMs });
      session.sections.push(apart(section));
      session.rows += section.rows;
      session.bytes += section.bytes;
    }
  }

  #due(session: Session): boolean {
    const { everyMs, rows, bytes } = this.context.topology.pipeline.lake.commit;
    const nowMs = this.context.now();
    if (Math.max(...session.taken) >= this.context.config.logBytesMax * LOG_SHARE_MAX) return true;
    if (session.rows === 0) return nowMs - session.committedMs >= EMPTY_COMMIT_EVERY_MS && moved(session);
    const quiet = session.idle.every(Boolean);
    return quiet || session.rows >= rows || session.bytes >= Math.min(bytes, this.budget.tableBytesMax) || nowMs - session.sinceMs >= everyMs;
  }

  async #commit(session: Session, through: readonly Position[] = session.inputs.positions): Promise<void> {
    await this.budget.commit(session.bytes, () => this.#commitNow(session, [...through]));
  }

  async #commitNow(session: Session, positions: readonly Position[]): Promise<void> {
    const startedMs = performance.now();
    const startUs = this.#traces?.nowUs() ?? 0;
    const commitId = randomUUID();
    const { columns } = this.shape;
    const { table } = this.spec;
    const df = session.rows === 0 ? emptyFrame(session.columns) : tableRows(session.sections, columns, table);
    const refs = (await this.#large?.keep(df)) ?? [];
    const txns = positions.flatMap((position, i) => {
      const previous = session.previous[i]!;
      return position.seq > session.committed[i]!.seq ? [{ appId: session.txns[i]!, previous, version: position.seq }] : [];
    });
    const result = await session.table.append({ df, txns, nowMs: this.context.now(), commitId });
    if (result.kind === 'superseded') {
      this.context.metrics.notAppended(this.name, 'conflict');
      throw new SupersededError(`${this.name}: another writer has committed these frames`);
    }
    this.#committedMs = this.context.now();
    const span = this.#traces?.tell({ id: commitId, version: result.version, startUs, rows: session.rows });
    this.context.log.debug({ task: this.name, version: result.version, rows: session.rows, ...(span && { trace_id: span.traceId, span_id: span.spanId }) }, 'committed');
    this.context.metrics.committed(table.name, { rows: session.rows, ...result.added, seconds: (performance.now() - startedMs) / 1000 });
    for (const [i, position] of positions.entries()) if (position.seq > session.committed[i]!.seq) session.previous[i] = position.seq;
    Object.assign(session, { committed: positions, sections: [], rows: 0, bytes: 0, taken: positions.map(() => 0), oldestMs: undefined, committedMs: this.#committedMs });
    await this.#large?.forget(refs);
  }
}

/** A small section of a large message would keep all of the message in memory until the commit. */
function apart(section: Section): Section {
  const { data } = section;
  return data.byteLength * 2 < data.buffer.byteLength ? { ...section, data: data.slice() } : section;
}

function moved(session: Session): boolean {
  return session.inputs.positions.some((position, i) => position.seq > session.committed[i]!.seq);
}

/** The positions before `frames` were taken. */
function previousPositions(positions: readonly Position[], frames: readonly InputFrame[]): Position[] {
  return positions.map((position, input) => {
    const first = frames.find((frame) => frame.input === input);
    return first ? { ...position, seq: first.seq - 1, hash: undefined } : position;
  });
}
