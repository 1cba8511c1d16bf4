/** What a lake task keeps from one session to the next: what it has found out about its frames and its table. */
import type { ColumnSpec } from '#columns/types/column-spec';
import type { TableBinding } from '#lake/table/table-binding';
import { tableKinds } from '#stages/tables/table-kinds';
import type { LakeTask as Spec } from '#stages/topology/topology';
import type { ObjectStore } from '#store/object-store';
import type { TaskCare } from '../care/care.js';
import type { TaskMark } from '../care/work-marks.js';
import type { RuntimeContext } from '../cluster/context.js';
import { LargeEvents } from '../logs/large-events.js';
import { Redeliveries } from '../logs/redeliveries.js';
import type { LakeBudget } from './lake-budget.js';
import type { LakeTableShape } from './lake-table-shape.js';

/** What the constructor of a lake task is given. */
export interface LakeParts {
  readonly context: RuntimeContext;
  readonly spec: Spec;
  readonly store: ObjectStore;
  readonly shape: LakeTableShape;
  readonly budget: LakeBudget;
}

export interface LakeTools extends LakeParts {
  readonly care: TaskCare | undefined;
  readonly mark: TaskMark | undefined;
  readonly redeliveries: Redeliveries;
  /** Only a table of raw events has them. */
  readonly large: LargeEvents | undefined;
  /** Frames are committed one by one: a process does not live through what several hold. */
  singly: boolean;
  /** Newest commit of this process; before it, when the process began to serve the table. Epoch ms. */
  committedMs: number;
  /** Of the rows that the table takes: the pipeline's, then those that other versions of it have given them. */
  columnsBefore: readonly ColumnSpec[];
  /** Of the table's rows, likewise. */
  columns: readonly ColumnSpec[];
  /** The table as it was before this opening. */
  bound: TableBinding | undefined;
}

export function makeLakeTools(parts: LakeParts): LakeTools {
  const { context, spec, store, shape } = parts;
  return {
    ...parts,
    care: context.care?.of(spec.name),
    mark: context.marks?.of(spec.name),
    redeliveries: new Redeliveries(context.metrics, spec.name),
    large: tableKinds[spec.table.stage].takesLargeEvents
      ? new LargeEvents(context.objects, store, shape.source)
      : undefined,
    singly: false,
    committedMs: context.now(),
    columnsBefore: shape.columnsBefore,
    columns: shape.columns,
    bound: undefined,
  };
}
