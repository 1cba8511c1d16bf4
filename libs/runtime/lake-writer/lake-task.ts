/** The task of lake-writer for one table: a session collects frames of its logs and commits them; the next one goes on where the table stands. */
import type { LakeTask as Spec } from '#stages/topology/topology';
import type { ObjectStore } from '#store/object-store';
import type { RuntimeContext } from '../cluster/context.js';
import { SessionTask } from '../ground/session-task.js';
import { type Measures, nothingWaits, type TaskFacts } from '../ground/task-status.js';
import type { Waits } from '../ground/waits.js';
import type { LakeBudget } from './lake-budget.js';
import type { LakeTableShape } from './lake-table-shape.js';
import { type LakeTools, makeLakeTools } from './lake-tools.js';
import { LakeTurns } from './lake-turns.js';
import { openLakeWork } from './open-lake-work.js';

export class LakeTask extends SessionTask<LakeTurns> {
  readonly name: string;
  readonly #tools: LakeTools;

  constructor(context: RuntimeContext, spec: Spec, store: ObjectStore, shape: LakeTableShape, budget: LakeBudget) {
    super();
    this.name = spec.name;
    this.#tools = makeLakeTools({ context, spec, store, shape, budget });
  }

  protected async open(_: AbortSignal, waits: Waits): Promise<LakeTurns> {
    return new LakeTurns(this.#tools, await openLakeWork(this.#tools, waits));
  }

  status(): TaskFacts {
    const { context, bound } = this.#tools;
    const work = this.latest?.work;
    const table = work?.table.binding ?? bound ?? context.board.get(this.name)?.table;
    // Nothing waits when no rows are buffered: what was read since the last commit was empty.
    const effective = work && (work.rows === 0 ? work.inputs.positions : work.committed);
    return {
      task: this.name,
      inputs: (effective ?? []).map(({ stream, created, seq }, i) => ({
        stream,
        created,
        position: seq,
        safe: work!.committed[i]!.seq,
      })),
      watermarkMs: null,
      idle: work?.idle.every(Boolean) ?? false,
      waiting: work?.rows ?? 0,
      ...(table && { table }),
    };
  }

  measure(): Measures {
    const { spec, committedMs } = this.#tools;
    const work = this.latest?.work;
    const waiting = work?.inputs.lag ?? nothingWaits;
    return {
      lag: { ...waiting, oldestMs: work?.oldestMs ?? waiting.oldestMs },
      streams: [],
      table: { name: spec.table.name, uncommittedRows: work?.rows ?? 0, committedMs },
    };
  }
}
