/** Opens the table of a lake task, and its logs where the table's txns say that they go on. */
import type { ColumnSpec } from '#columns/types/column-spec';
import { checkOpen, type Position, type StreamFacts } from '#frame/lineage';
import { LakeTable } from '#lake/table/lake-table';
import { HaltError } from '#nats/ground/halt-error';
import { appIdIn, type LakeInput, wasRecreated } from '#stages/tables/lake-input';
import { tableKinds } from '#stages/tables/table-kinds';
import { columnsWithPartitions, sectionsFor } from '#stages/tables/table-rows';
import { WatchedStore } from '#store/watched-store';
import { version } from '../ground/version.js';
import type { Waits } from '../ground/waits.js';
import { isMoreBehind, placeOf } from '../logs/frame-batch.js';
import { ingestOf, openFront } from '../logs/front-stream.js';
import { InputOrder } from '../logs/input-order.js';
import { LogInputs } from '../logs/log-inputs.js';
import { openLog } from '../logs/open-log.js';
import type { LakeTools } from './lake-tools.js';
import { beginWork, type LakeWork } from './lake-work.js';
import { TableRefusals } from './table-refusals.js';

const engine = `afluente/${version}`;

/** @throws HaltError when the table cannot go on without losing or repeating something */
export async function openLakeWork(tools: LakeTools, waits: Waits): Promise<LakeWork> {
  const { context, spec, shape } = tools;
  const columns = columnsWithPartitions(tools.columns, spec.table);
  if ('problem' in columns) throw new HaltError(columns.problem);
  // A table takes no columns of a window that its logs refuse: they would stay when the pipeline is set back.
  await openLog(context, spec.inputs[0]!);
  tools.bound = (await context.board.read(spec.name))?.table ?? tools.bound;
  const store = new WatchedStore(tools.store, waits.of('an answer of the store', 'store'));
  const table = await openTable({ ...tools, store }, columns);
  await tools.large?.sweep();
  const facts = await Promise.all(spec.inputs.map((log) => openLog(context, log)));
  const { created: frontCreated } = await openFront(
    context.nats,
    ingestOf(context.topology, shape.source),
    context.config.streamReplicas,
  );
  const txns = facts.map((log) => appIdIn(table.txns.keys(), { log, frontCreated }));
  const positions = facts.map((log) => positionIn(table, { log, frontCreated }, spec.table.name));
  await tools.care?.begin(placeOf(positions), isMoreBehind(positions, facts));
  tools.singly &&= tools.care?.isSuspect === true;
  const refusals = await openRefusals({ ...tools, store }, table, txns);
  const inputs = await openInputs(tools, facts, positions, waits);
  return beginWork({ table, columns, txns, refusals, inputs }, positions, context.now());
}

function openTable(
  { context, spec: { name: task, table }, store, shape, bound }: LakeTools,
  columns: readonly ColumnSpec[],
): Promise<LakeTable> {
  const { config, now, crash, log } = context;
  return LakeTable.open({
    store,
    name: table.name,
    columns,
    partitionBy: table.partitionBy,
    engineInfo: engine,
    configuration: shape.configuration,
    bound: config.acceptNewLake ? undefined : bound,
    nowMs: now(),
    onPoint: (point) => crash(`lake.${point}`),
    checkpointEvery: config.checkpointEveryCommits,
    onCheckpointFailure: (error, version) =>
      log.warn(
        { task, version, err: error.message },
        'checkpoint not written, readers of the table read more of its log',
      ),
  });
}

async function openRefusals(
  { context, spec: { table }, store, shape: { columnsBefore: columns, configuration } }: LakeTools,
  lake: LakeTable,
  txns: readonly string[],
): Promise<TableRefusals | undefined> {
  if (!tableKinds[table.stage].refuses) return undefined;
  return TableRefusals.open(context, store, { table, columns, lake, txns, configuration, engineInfo: engine });
}

async function openInputs(
  { context, spec, redeliveries }: LakeTools,
  facts: readonly StreamFacts[],
  positions: readonly Position[],
  waits: Waits,
): Promise<LogInputs> {
  return new LogInputs(context.nats, positions, context.config.batchBytesMax, {
    countRows: (sections) => sectionsFor(spec.table.stage, sections).reduce((sum, { rows }) => sum + rows, 0),
    onTaken: ({ stream, seq }) => redeliveries.take(stream, seq),
    waits,
    order: await InputOrder.of(context, spec.inputs, facts, positions),
  });
}

/** Where the table stands in one input: its Delta txn. */
function positionIn(lake: LakeTable, input: LakeInput & { readonly log: StreamFacts }, name: string): Position {
  const { stream, created, firstSeq } = input.log;
  if (wasRecreated(lake.txns.keys(), input)) {
    throw new HaltError(
      `${stream} was deleted and made again since table ${name} last read it, so its stage repeats events that the table may hold. To start anew, use another lake or pipeline name, or delete the front stream too.`,
    );
  }
  const committed = lake.txns.get(appIdIn(lake.txns.keys(), input));
  if (committed === undefined) return { stream, created, seq: firstSeq - 1, hash: undefined };
  const position = { stream, created, seq: committed, hash: undefined };
  const verdict = checkOpen(position, input.log);
  if (verdict.kind === 'halt') throw new HaltError(verdict.reason);
  return position;
}
