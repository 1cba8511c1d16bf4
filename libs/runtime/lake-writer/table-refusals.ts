/**
 * Rows of enriched logs that their table cannot hold go to quarantine before the table moves past them. The tables are committed one after the other, so
 * quarantine keeps a txn of its own for each log and table: a process that goes on after a crash in between finds the same rows, and which are there already.
 *
 * Which rows these are depends on the columns that a version of the pipeline has. So the table itself is told first, by txns of its own: through which frame it
 * was decided, and by which columns. Every commit to it expects to know of the last decision: two writers of different versions cannot both decide about a row.
 */
import { createHash, randomUUID } from 'node:crypto';
import { emptyDataFrame } from '#columns/polars/data-frames';
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Position } from '#frame/lineage';
import { SupersededError } from '#lake/ground/lake-errors';
import { currentState } from '#lake/log/current-state';
import { LakeTable } from '#lake/table/lake-table';
import { HaltError } from '#nats/ground/halt-error';
import type { Table } from '#pipeline/model/model';
import { type RefusedEvent, rejectedSection } from '#stages/rows/refuse-rows';
import { rejectedColumns } from '#stages/rows/rejected-columns';
import { tableKinds } from '#stages/tables/table-kinds';
import { columnsWithPartitions, tableRows } from '#stages/tables/table-rows';
import type { ObjectStore } from '#store/object-store';
import type { RuntimeContext } from '../cluster/context.js';

export interface RefusingTable {
  readonly table: Table;
  /** Which rows are refused depends on these, and on what the table takes of them, and on nothing else. */
  readonly columns: readonly ColumnSpec[];
  /** The table itself. */
  readonly lake: LakeTable;
  /** Delta appId of each input of the table. */
  readonly txns: readonly string[];
  /** Of the table, and so of quarantine. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly engineInfo: string;
}

/** Where a frame stands. */
export interface FramePlace {
  readonly input: number;
  readonly seq: number;
}

export interface RefusedRow extends FramePlace {
  readonly refused: RefusedEvent;
}

interface Quarantine {
  readonly table: Table;
  /** Through which sequence of each input it has the refused rows. */
  readonly decided: number[];
}

export class TableRefusals {
  /** Through which sequence of each input it was decided, by whatever columns. */
  readonly #decided: number[];

  private constructor(
    private readonly context: RuntimeContext,
    private readonly store: ObjectStore,
    private readonly of: RefusingTable,
    private readonly quarantines: readonly Quarantine[],
  ) {
    this.#decided = of.txns.map((id) => of.lake.txns.get(decisionId(id)) ?? -1);
  }

  /** @throws HaltError when a version of the pipeline with other columns has decided about rows that the table still has to read */
  static async open(context: RuntimeContext, store: ObjectStore, of: RefusingTable): Promise<TableRefusals> {
    checkSameColumns(of);
    const tables = Object.values(context.topology.pipeline.lake.tables).filter(
      ({ stage, origin: source }) => tableKinds[stage].takesRefused && source === of.table.origin,
    );
    return new TableRefusals(
      context,
      store,
      of,
      await Promise.all(
        tables.map(async (table) => {
          const txns = (await currentState(store, table.name))?.state.txns ?? new Map<string, number>();
          return { table, decided: of.txns.map((id) => txns.get(refusalId(of, id)) ?? -1) };
        }),
      ),
    );
  }

  /** What a commit to the table expects: nobody has decided since. */
  get expects(): ReadonlyMap<string, number> {
    return new Map(this.of.txns.map((id, input) => [decisionId(id), this.#decided[input]!]));
  }

  /** Call it before the table is committed through `positions`. @throws SupersededError when another process has done so; as `LakeTable.append` does */
  async put(rows: readonly RefusedRow[], positions: readonly Pick<Position, 'seq'>[]): Promise<void> {
    if (rows.length === 0) return;
    const { table } = this.of;
    if (this.quarantines.length === 0)
      throw new HaltError(
        `Table ${table.name} cannot hold ${rows.length} rows (${rows[0]!.refused.why.message}), and no table takes rejected.${table.origin}. Add one to lake.tables`,
      );
    await this.#decide(rows, positions);
    for (const quarantine of this.quarantines) await this.#putInto(quarantine, rows, positions);
    this.context.metrics.heldBack(table.origin, 0, countsOf(rows));
  }

  /** Tells the table, unless it knows: it is not moved, so whoever goes on after a crash takes the same frames. */
  async #decide(rows: readonly RefusedRow[], positions: readonly Pick<Position, 'seq'>[]): Promise<void> {
    const { lake, txns, table } = this.of;
    const inputs = [...new Set(rows.map(({ input }) => input))].filter(
      (input) => positions[input]!.seq > this.#decided[input]!,
    );
    if (inputs.length === 0) return;
    const steps = inputs.flatMap((input) => {
      const { seq: version } = positions[input]!;
      const own = decisionId(txns[input]!, this.of);
      return [
        { appId: decisionId(txns[input]!), previous: this.#decided[input]!, version },
        { appId: own, previous: lake.txns.get(own) ?? -1, version },
      ];
    });
    const expects = new Map([...this.expects, ...txns.map((id) => [id, lake.txns.get(id) ?? -1] as const)]);
    const result = await lake.append({
      df: emptyDataFrame(lake.columns),
      txns: steps,
      expects,
      nowMs: this.context.now(),
      commitId: randomUUID(),
    });
    if (result.kind === 'superseded')
      throw new SupersededError(`${table.name}: another writer has gone on with these frames`);
    for (const input of inputs) this.#decided[input] = positions[input]!.seq;
  }

  async #putInto(
    { table, decided }: Quarantine,
    rows: readonly RefusedRow[],
    positions: readonly Pick<Position, 'seq'>[],
  ): Promise<void> {
    const fresh = rows.filter(({ input, seq }) => seq > decided[input]!);
    const inputs = [...new Set(fresh.map(({ input }) => input))];
    if (fresh.length === 0) return;
    const columns = columnsWithPartitions(rejectedColumns, table);
    if ('problem' in columns) throw new HaltError(columns.problem);
    const { engineInfo, configuration, txns } = this.of;
    const nowMs = this.context.now();
    const lake = await LakeTable.open({
      store: this.store,
      name: table.name,
      columns,
      partitionBy: table.partitionBy,
      engineInfo,
      configuration,
      nowMs,
    });
    try {
      const steps = inputs.map((input) => ({
        appId: refusalId(this.of, txns[input]!),
        previous: decided[input]!,
        version: positions[input]!.seq,
      }));
      const df = tableRows([rejectedSection(fresh.map(({ refused }) => refused))], rejectedColumns, table).rows;
      const result = await lake.append({ df, txns: steps, nowMs, commitId: randomUUID() });
      if (result.kind === 'superseded')
        throw new SupersededError(
          `${table.name}: another writer has put the rows there that table ${this.of.table.name} cannot hold`,
        );
      for (const input of inputs) decided[input] = positions[input]!.seq;
    } finally {
      await lake.close();
    }
  }
}

/** Not the name of a stream, as other appIds begin. */
function refusalId({ table, columns }: RefusingTable, id: string): string {
  return `!${table.name}!${hashOf(columns, table)}!${id}`;
}

/** In the table itself. @param by how it was decided; undefined: in whatever way */
function decisionId(id: string, by?: Pick<RefusingTable, 'columns' | 'table'>): string {
  return `!refused!${by === undefined ? '' : `${hashOf(by.columns, by.table)}!`}${id}`;
}

function hashOf(columns: readonly ColumnSpec[], { taking }: Table): string {
  const basis = JSON.stringify(columns) + (taking ? JSON.stringify(taking) : '');
  return createHash('sha256').update(basis).digest('hex').slice(0, 12);
}

function checkSameColumns(of: RefusingTable): void {
  const { lake, table, txns } = of;
  const seqOf = (id: string): number => lake.txns.get(id) ?? -1;
  const others = txns.filter(
    (id) => seqOf(decisionId(id)) > seqOf(id) && seqOf(decisionId(id)) !== seqOf(decisionId(id, of)),
  );
  if (others.length === 0) return;
  throw new HaltError(
    `${table.name}: lake-writer was stopped between the commit of the rows that this table cannot hold to quarantine and its own, and the pipeline has other columns since. Start lake-writer once with the pipeline as it was, then go on with this one`,
  );
}

function countsOf(rows: readonly RefusedRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const {
    refused: { why },
  } of rows)
    counts[why.reason] = (counts[why.reason] ?? 0) + 1;
  return counts;
}
