/** The column types of a data frame. */
import type { DataFrame } from 'nodejs-polars';
import type { ColumnSpec, ColumnType, NestedKind } from '../types/column-spec.js';
import { DataFrameError, messageOf } from '../types/data-frame-error.js';
import { type NativeDataFrame, nativeOf } from './native-data-frame.js';
import { quoteName } from './sql.js';

/**
 * The types of the named columns, in that order.
 * Small and unsigned integers count as int64, Float32 as float64, Categorical as string, a Datetime of microseconds as timestamp
 * (one without a zone is taken as UTC).
 * Throws DataFrameError for a missing column and for a type that frames do not carry.
 */
export function describe(frame: DataFrame, names: readonly string[]): ColumnSpec[] {
  const natives = nativeTypes(frame, names);
  return names.map((name, at) => ({ name, type: columnType(name, natives[at]), nullable: true }));
}

/** The same without an error: undefined for a type that frames do not carry, e.g. a time in other units, or nothing but null. */
export function typesIfKnown(frame: DataFrame, names: readonly string[]): (ColumnType | undefined)[] {
  return nativeTypes(frame, names).map((native) => knownType(native));
}

/** Whether the frame has these columns, in this order and of just these types. */
export function isExactly(frame: DataFrame, columns: readonly ColumnSpec[]): boolean {
  const { columns: names } = nativeOf(frame);
  if (names.length !== columns.length || columns.some(({ name }, at) => names[at] !== name)) return false;
  const natives = nativeTypes(frame, names);
  return columns.every(({ type }, at) => isNative(natives[at]!, type));
}

function isNative({ variant, inner }: NativeType, type: ColumnType): boolean {
  if (type.kind === 'timestamp') return variant === 'Datetime' && inner[0] === 'us' && inner[1] === 'UTC';
  if (type.kind === 'decimal') return variant === 'Decimal' && inner[0] === type.precision && inner[1] === type.scale;
  if (type.kind === 'list') return variant === 'List' && isNative(nativeType(inner[0]), type.item.type);
  if (type.kind === 'struct') return variant === 'Struct' && haveTypes(inner[0] as readonly NativeField[], type.fields);
  return exactVariants[type.kind].includes(variant);
}

function haveTypes(natives: readonly NativeField[], fields: readonly ColumnSpec[]): boolean {
  const isSame = ({ name, type }: ColumnSpec, at: number): boolean =>
    natives[at]!.name === name && isNative(nativeType(natives[at]!.dtype), type);
  return natives.length === fields.length && fields.every(isSame);
}

/** What polars calls the types of columns that need no cast. */
const exactVariants: Readonly<
  Record<Exclude<ColumnType['kind'], 'timestamp' | 'decimal' | NestedKind>, readonly string[]>
> = {
  string: ['String', 'Utf8'],
  binary: ['Binary'],
  int32: ['Int32'],
  int64: ['Int64'],
  float64: ['Float64'],
  bool: ['Bool'],
  date: ['Date'],
};

/** What polars calls the types of the named columns. */
export function nativeNames(frame: DataFrame, names: readonly string[]): string[] {
  return nativeTypes(frame, names).map(({ variant }) => variant);
}

interface NativeType {
  readonly variant: string;
  readonly inner: readonly unknown[];
}

/** nodejs-polars cannot name the type of a binary column: asking for it fails, so such a frame is asked column by column. */
function nativeTypes(frame: DataFrame, names: readonly string[]): NativeType[] {
  const all = dtypesOf(selectNative(frame, names));
  if (all !== 'binary') return all;
  return names.flatMap((name) => {
    const one = dtypesOf(selectNative(frame, [name]));
    return one === 'binary' ? [{ variant: 'Binary', inner: [] }] : one;
  });
}

function selectNative(frame: DataFrame, names: readonly string[]): NativeDataFrame {
  const { columns } = nativeOf(frame);
  const missing = names.filter((name) => !columns.includes(name));
  if (missing.length > 0) throw new DataFrameError(`No column ${missing.join(', ')}; there are: ${columns.join(', ')}`);
  const isWhole = names.length === columns.length && names.every((name, at) => columns[at] === name);
  return isWhole ? nativeOf(frame) : nativeOf(frame).select([...names]);
}

function dtypesOf(native: NativeDataFrame): NativeType[] | 'binary' {
  try {
    return native.dtypes().map(nativeType);
  } catch (cause) {
    if (messageOf(cause).includes('Binary')) return 'binary';
    throw cause;
  }
}

/** A type without parts is its name alone. */
function nativeType(type: unknown): NativeType {
  return typeof type === 'string' ? { variant: type, inner: [] } : (type as NativeType);
}

const kindOfVariant: Readonly<Record<string, Exclude<ColumnType['kind'], 'decimal' | NestedKind>>> = {
  String: 'string',
  Utf8: 'string',
  Categorical: 'string',
  Binary: 'binary',
  Bool: 'bool',
  Int8: 'int64',
  Int16: 'int64',
  Int32: 'int32',
  Int64: 'int64',
  UInt8: 'int64',
  UInt16: 'int64',
  UInt32: 'int64',
  UInt64: 'int64',
  Float32: 'float64',
  Float64: 'float64',
  Date: 'date',
};

function columnType(name: string, native: NativeType | undefined): ColumnType {
  if (native?.variant === 'Datetime' && native.inner[0] !== 'us') {
    throw new DataFrameError(
      `Column ${name} holds times in ${String(native.inner[0])}, not microseconds: write CAST(${quoteName(name)} AS TIMESTAMP)`,
    );
  }
  const type = knownType(native);
  if (type !== undefined) return type;
  throw new DataFrameError(
    `Column ${name} has type ${native?.variant ?? 'unknown'}, which a table cannot hold: cast it, for example CAST(${quoteName(name)} AS VARCHAR)`,
  );
}

function knownType(native: NativeType | undefined): ColumnType | undefined {
  switch (native?.variant) {
    case 'Decimal':
      return { kind: 'decimal', precision: Number(native.inner[0]), scale: Number(native.inner[1]) };
    case 'Datetime':
      return native.inner[0] === 'us' ? { kind: 'timestamp' } : undefined;
    case 'List': {
      const type = knownType(nativeType(native.inner[0]));
      return type && { kind: 'list', item: { type, nullable: true } };
    }
    case 'Struct':
      return structType(native.inner[0] as readonly NativeField[]);
    default: {
      const kind = kindOfVariant[native?.variant ?? ''];
      return kind && { kind };
    }
  }
}

interface NativeField {
  readonly name: string;
  readonly dtype: unknown;
}

function structType(natives: readonly NativeField[]): ColumnType | undefined {
  const fields = natives.flatMap(({ name, dtype }): ColumnSpec[] => {
    const type = knownType(nativeType(dtype));
    return type ? [{ name, type, nullable: true }] : [];
  });
  return fields.length === natives.length ? { kind: 'struct', fields } : undefined;
}
