/** The session of a lake task: turn by turn it takes frames, and commits them with their positions, in one Delta commit, when they are due. */
import { randomUUID } from 'node:crypto';
import { type DataFrame, emptyDataFrame, rowCount } from '#columns/polars/data-frames';
import type { ColumnSpec } from '#columns/types/column-spec';
import { unitedColumns } from '#columns/types/merged-type';
import type { Position } from '#frame/lineage';
import { streamOf } from '#frame/log-name';
import type { InputFrame } from '#frame/step';
import { SupersededError } from '#lake/ground/lake-errors';
import { currentState } from '#lake/log/current-state';
import type { Append } from '#lake/table/lake-table';
import { HaltError } from '#nats/ground/halt-error';
import { sectionsFor, tableRows } from '#stages/tables/table-rows';
import { takenColumns } from '#stages/tables/taken-rows';
import type { TaskCare } from '../care/care.js';
import { marked } from '../care/work-marks.js';
import { RestartError } from '../ground/restart-error.js';
import type { TaskSession } from '../ground/session-task.js';
import type { EndReason } from '../ground/task-status.js';
import { bytesOf, placeOf } from '../logs/frame-batch.js';
import { type CommitTold, CommitTraces } from './commit-traces.js';
import { isCommitDue } from './is-commit-due.js';
import type { LakeTools } from './lake-tools.js';
import { apart, type LakeWork, moved, nothingTaken, previousPositions } from './lake-work.js';

/** The txns move at least this often while only empty frames come, so that logs can be trimmed. */
const emptyCommitEveryMs = 60_000;
/** They move also when this share of a log has been read since: a log full of what the table does not need would stand still until then. */
const logShareMax = 0.2;
const turnMs = 200;

export class LakeTurns implements TaskSession {
  /** A table is never done: its logs may go on in partitions to come. */
  readonly done = false;
  /** Undefined when nothing is traced. */
  readonly #traces: CommitTraces | undefined;

  constructor(
    private readonly tools: LakeTools,
    readonly work: LakeWork,
  ) {
    this.#traces = CommitTraces.of(tools.context.tracing, tools.spec);
  }

  async turn(): Promise<void> {
    const { inputs } = this.work;
    if (!inputs.ready) await inputs.waitForMore(turnMs);
    await this.#take();
    if (this.#isDue || (this.tools.singly && moved(this.work))) await this.#commit();
  }

  async settle(stop: AbortSignal): Promise<void> {
    if (this.work.rows > 0 && stop.reason === ('released' satisfies EndReason)) await this.#commit();
  }

  async close(): Promise<void> {
    this.work.inputs.close();
    this.tools.care?.end();
    await this.work.table.close();
  }

  wake(): void {
    this.work.inputs.wake();
  }

  onReconnect(): void {
    this.work.inputs.onReconnect();
  }

  async #take(): Promise<void> {
    const { tools, work } = this;
    const frames = work.inputs.take(tools.singly ? 0 : tools.context.config.batchBytesMax);
    const [first] = frames;
    if (!first) return;
    // Rows of two pipeline versions may have different columns.
    if (work.logic !== undefined && first.head.logic !== work.logic && work.rows > 0)
      await this.#commit(previousPositions(work.inputs.positions, frames));
    work.logic = first.head.logic;
    for (const frame of frames) this.#keep(frame);
  }

  #keep(frame: InputFrame): void {
    const { tools, work } = this;
    work.idle[frame.input] = frame.head.idle || frame.head.closed === true;
    work.taken[frame.input]! += bytesOf([frame]);
    this.#traces?.take(frame.head, streamOf(tools.spec.inputs[frame.input]!));
    for (const section of sectionsFor(tools.spec.table.stage, frame.sections)) {
      if (work.rows === 0) Object.assign(work, { sinceMs: tools.context.now(), oldestMs: work.inputs.takenMs });
      work.sections.push(apart(section));
      work.places.push({ input: frame.input, seq: frame.seq });
      work.rows += section.rows;
      work.bytes += section.bytes;
    }
  }

  get #isDue(): boolean {
    const { tools, work } = this;
    const nowMs = tools.context.now();
    if (Math.max(...work.taken) >= tools.context.config.logBytesMax * logShareMax) return true;
    if (work.rows === 0) return nowMs - work.committedMs >= emptyCommitEveryMs && moved(work);
    return isCommitDue(
      { rows: work.rows, bytes: work.bytes, ageMs: nowMs - work.sinceMs, quiet: work.idle.every(Boolean) },
      tools.context.topology.pipeline.lake.commit,
      tools.budget.tableBytesMax,
    );
  }

  async #commit(through: readonly Position[] = this.work.inputs.positions): Promise<void> {
    const { tools } = this;
    const work = { input: 0, first: this.work.committed[0]!.seq + 1, last: through[0]!.seq };
    const commit = (): Promise<void> =>
      tools.budget.commit(this.work.bytes, () => marked(tools.mark, work, () => this.#commitNow([...through])));
    if (tools.care?.isSuspect) return this.#commitWithCare(tools.care, through, commit);
    // Not one table after the other: a commit waits for the store.
    await tools.care?.begins();
    await commit();
  }

  /** @throws HaltError when a process does not live through one frame: what lies in it was accepted by the stages before, and no table may just leave it out */
  async #commitWithCare(care: TaskCare, through: readonly Position[], commit: () => Promise<void>): Promise<void> {
    const { tools, work } = this;
    const rehearsal = { kind: 'commit', task: tools.spec.name, sections: work.sections } as const;
    const outcome = await care.attempt(rehearsal);
    if (outcome.kind === 'died' && !tools.singly) {
      tools.singly = true;
      throw new RestartError(
        `${tools.spec.name}: a process does not live through these frames, so they are taken one by one`,
      );
    }
    const again = outcome.kind === 'died' ? await care.confirm(rehearsal) : outcome;
    if (again.kind === 'died')
      throw new HaltError(
        `${tools.spec.name}: ${again.said}: it is in the frame at ${placeOf(through)} of its inputs, and without it the table would lack rows. Give lake-writer more memory, or update it, then start it again.`,
      );
    await care.inEarnest(
      placeOf(work.committed),
      work.taken.reduce((sum, bytes) => sum + bytes, 0),
      commit,
    );
  }

  async #commitNow(positions: readonly Position[]): Promise<void> {
    const { tools, work } = this;
    const startedMs = performance.now();
    const startUs = this.#traces?.nowUs() ?? 0;
    const id = randomUUID();
    const df = await this.#rowsFor(positions);
    const refs = (await tools.large?.keep(df)) ?? [];
    const result = await work.table.append({
      df,
      txns: this.#txnsOf(positions),
      expects: work.refusals?.expects,
      nowMs: tools.context.now(),
      commitId: id,
    });
    if (result.kind === 'superseded') {
      tools.context.metrics.notAppended(tools.spec.name, 'conflict');
      throw new SupersededError(`${tools.spec.name}: another writer has committed these frames`);
    }
    tools.committedMs = tools.context.now();
    this.#tell({ id, version: result.version, startUs, rows: work.rows }, rowCount(df));
    tools.context.metrics.committed(tools.spec.table.name, {
      rows: rowCount(df),
      ...result.added,
      seconds: (performance.now() - startedMs) / 1000,
    });
    for (const [i, position] of positions.entries())
      if (position.seq > work.committed[i]!.seq) work.previous[i] = position.seq;
    Object.assign(work, nothingTaken(positions, tools.committedMs));
    await tools.large?.forget(refs);
  }

  /** The rows of what was taken; those that the table cannot hold are refused before. */
  async #rowsFor(positions: readonly Position[]): Promise<DataFrame> {
    const { tools, work } = this;
    const { rows, refused, more } =
      work.rows === 0
        ? { rows: emptyDataFrame(work.columns), refused: [], more: [] }
        : tableRows(work.sections, tools.columnsBefore, tools.spec.table);
    if (more.length > 0) await this.#takeUp(more);
    await work.refusals?.put(
      refused.map(({ section, refused: row }) => ({ ...work.places[section]!, refused: row })),
      positions,
    );
    return rows;
  }

  #txnsOf(positions: readonly Position[]): Append['txns'] {
    const { committed, previous, txns } = this.work;
    return positions.flatMap(({ seq }, i) =>
      seq > committed[i]!.seq ? [{ appId: txns[i]!, previous: previous[i]!, version: seq }] : [],
    );
  }

  #tell(commit: CommitTold, rows: number): void {
    const { tools } = this;
    const span = this.#traces?.tell(commit);
    const traced = span && { trace_id: span.traceId, span_id: span.spanId };
    tools.context.log.debug({ task: tools.spec.name, version: commit.version, rows, ...traced }, 'committed');
  }

  /** Opens the table anew with columns that only another version of the pipeline knows: nobody would read these frames again. */
  async #takeUp(more: readonly ColumnSpec[]): Promise<never> {
    const { tools } = this;
    const { name, taking } = tools.spec.table;
    const present = (await currentState(tools.store, name))?.state.columns ?? [];
    const asPresent = (column: ColumnSpec): ColumnSpec => present.find((one) => one.name === column.name) ?? column;
    tools.columnsBefore = unitedColumns(tools.columnsBefore, taking ? more : more.map(asPresent));
    tools.columns = taking
      ? unitedColumns(tools.columns, takenColumns(tools.columnsBefore, taking).map(asPresent))
      : tools.columnsBefore;
    throw new RestartError(
      `${tools.spec.name}: another version of the pipeline gives table ${name} the columns ${more.map((column) => column.name).join(', ')}, so it is opened with them`,
    );
  }
}
