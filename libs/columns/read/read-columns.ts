/** Reads an Arrow IPC file or stream into columns that a loop can walk without an object per value. */
import { type Data, DataType, DateUnit, Precision, type Table, TimeUnit, tableFromIPC } from 'apache-arrow';
import { type AnyColumn, BoolColumn, BytesColumn, DecimalColumn, Int64Column, NumberColumn } from './column-view.js';
import { joinBytes } from './join-bytes.js';
import { Presence } from './presence.js';
import { StructsColumn } from './structs-column.js';

/** The columns of one section, decoded when asked for. */
export interface FrameColumns {
  readonly rows: number;
  readonly names: readonly string[];
  /**
   * One column. Several record batches are joined into one.
   * @throws FrameReadError when it is absent or of another type
   */
  column<C extends AnyColumn>(name: string, kind: new (...args: never[]) => C): C;
  /** A column of lists of structs, of one record batch. @throws FrameReadError when it is absent or anything else */
  structs(name: string): StructsColumn;
  /** One column, whatever its type. @throws FrameReadError when it is absent or of a type that frames do not use */
  any(name: string): AnyColumn;
}

/**
 * Opens a section. Columns of a single batch are views of `bytes`, so `bytes` must not change while they are in use.
 * @throws FrameReadError when the bytes are not Arrow
 */
export function readColumns(bytes: Uint8Array): FrameColumns {
  const table = parse(bytes);
  const names = table.schema.names.map(String);
  const vectorOf = (name: string) => {
    const vector = table.getChild(name);
    if (vector === null)
      throw new FrameReadError(`no column ${name} among ${names.join(', ')}: the frame is of another section`);
    return vector;
  };
  const any = (name: string): AnyColumn => {
    const { type, data } = vectorOf(name);
    return view(name, type, data);
  };
  return {
    rows: table.numRows,
    names,
    column: (name, kind) => {
      const column = any(name);
      if (column instanceof kind) return column;
      throw new FrameReadError(`column ${name} is ${String(vectorOf(name).type)}, it cannot be read as ${kind.name}`);
    },
    structs: (name) => structsIn(name, vectorOf(name).data),
    any,
  };
}

function structsIn(name: string, pieces: readonly Data[]): StructsColumn {
  const [list, ...others] = pieces;
  const structs = list?.children[0];
  if (!list || others.length > 0 || !DataType.isList(list.type) || !structs || !DataType.isStruct(structs.type))
    throw new FrameReadError(`column ${name} is no list of structs of one batch`);
  const fields = structs.type.children.map((field, at): [string, AnyColumn] => [
    field.name,
    view(`${name}.${field.name}`, field.type as DataType, [structs.children[at] as Data]),
  ]);
  return new StructsColumn(list.valueOffsets as Int32Array, Presence.of([list]), new Map(fields));
}

/** The bytes of a section do not hold what the reader expects. */
export class FrameReadError extends Error {
  override readonly name = 'FrameReadError';
}

function parse(bytes: Uint8Array): Table {
  try {
    return tableFromIPC(bytes as Uint8Array<ArrayBuffer>);
  } catch (cause) {
    throw new FrameReadError('the section is not an Arrow IPC file: its log holds something else or was damaged', {
      cause,
    });
  }
}

function view(name: string, type: DataType, pieces: readonly Data[]): AnyColumn {
  const presence = Presence.of(pieces);
  if (holdsBytes(type)) {
    const { values, offsets } = joinBytes(pieces);
    return new BytesColumn(values, offsets, presence);
  }
  if (DataType.isBool(type)) return new BoolColumn(unpacked(pieces), presence);
  if (DataType.isDecimal(type) && type.bitWidth === 128)
    return new DecimalColumn(joined(pieces, Uint32Array, 4), presence);
  if ((DataType.isInt(type) && type.bitWidth === 64) || isMicros(type)) {
    return new Int64Column(joined(pieces, BigInt64Array, 1), presence);
  }
  if (DataType.isFloat(type) && type.precision === Precision.DOUBLE)
    return new NumberColumn(joined(pieces, Float64Array, 1), presence);
  if ((DataType.isInt(type) && type.bitWidth === 32) || isDays(type)) {
    return new NumberColumn(joined(pieces, Int32Array, 1), presence);
  }
  throw new FrameReadError(`column ${name} is ${String(type)}, which frames do not use`);
}

function isMicros(type: DataType): boolean {
  return DataType.isTimestamp(type) && type.unit === TimeUnit.MICROSECOND;
}

function isDays(type: DataType): boolean {
  return DataType.isDate(type) && type.unit === DateUnit.DAY;
}

function holdsBytes(type: DataType): boolean {
  return (
    DataType.isUtf8(type) ||
    DataType.isBinary(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isLargeBinary(type) ||
    DataType.isUtf8View(type) ||
    DataType.isBinaryView(type)
  );
}

type Numbers = Int32Array | Uint32Array | Float64Array | BigInt64Array;

/** The values of all pieces in one typed array: the piece itself when there is one. */
function joined<T extends Numbers>(pieces: readonly Data[], kind: new (length: number) => T, perRow: number): T {
  const [only] = pieces;
  if (pieces.length === 1 && only?.values instanceof kind) return only.values;
  const all = new kind(pieces.reduce((sum, { length }) => sum + length * perRow, 0));
  let at = 0;
  for (const { values, length } of pieces) {
    if (!(values instanceof kind)) throw new FrameReadError(`expected ${kind.name} values in the frame`);
    all.set(values.subarray(0, length * perRow) as never, at);
    at += length * perRow;
  }
  return all;
}

function unpacked(pieces: readonly Data[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { values, length, offset } of pieces) {
    for (let i = offset; i < offset + length; i++) all[at++] = (values[i >> 3] >> (i & 7)) & 1;
  }
  return all;
}
