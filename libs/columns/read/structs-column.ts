/** Lists of structs that were read: where each list begins in the columns of all structs end to end. */
import type { AnyColumn } from './column-view.js';
import type { Presence } from './presence.js';

export class StructsColumn {
  constructor(
    private readonly offsets: Int32Array,
    private readonly presence: Presence,
    private readonly fields: ReadonlyMap<string, AnyColumn>,
  ) {}

  isNull(row: number): boolean {
    return this.presence.isNull(row);
  }

  /** Place of the first struct of a row's list in the columns of the fields. */
  start(row: number): number {
    return this.offsets[row] ?? 0;
  }

  /** And the place behind the last one. */
  end(row: number): number {
    return this.offsets[row + 1] ?? 0;
  }

  /** @throws RangeError when there is no such field of this kind */
  field<C extends AnyColumn>(name: string, kind: new (...args: never[]) => C): C {
    const column = this.fields.get(name);
    if (column instanceof kind) return column;
    throw new RangeError(`no field ${name} of ${kind.name} among ${[...this.fields.keys()].join(', ')}`);
  }
}
