/** The column types of a data frame. */
import type { DataFrame } from 'nodejs-polars';
import type { ColumnSpec, ColumnType } from './column-spec.js';
import { FrameError, messageOf } from './frame-error.js';
import { type NativeFrame, nativeOf } from './native-frame.js';
import { quoteName } from './sql.js';

/**
 * The types of the named columns, in that order.
 * Small and unsigned integers count as int64, Float32 as float64, Categorical as string, a Datetime of microseconds as timestamp
 * (one without a zone is taken as UTC).
 * Throws FrameError for a missing column and for a type that frames do not carry.
 */
export function describe(frame: DataFrame, names: readonly string[]): ColumnSpec[] {
  const natives = nativeTypes(frame, names);
  return names.map((name, at) => ({ name, type: columnType(name, natives[at]), nullable: true }));
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

function selectNative(frame: DataFrame, names: readonly string[]): NativeFrame {
  const { columns } = nativeOf(frame);
  const missing = names.filter((name) => !columns.includes(name));
  if (missing.length > 0) throw new FrameError(`No column ${missing.join(', ')}; there are: ${columns.join(', ')}`);
  return nativeOf(frame).select([...names]);
}

function dtypesOf(native: NativeFrame): NativeType[] | 'binary' {
  try {
    return native.dtypes().map((type) => (typeof type === 'string' ? { variant: type, inner: [] } : type));
  } catch (cause) {
    if (messageOf(cause).includes('Binary')) return 'binary';
    throw cause;
  }
}

const kindOfVariant: Readonly<Record<string, Exclude<ColumnType['kind'], 'decimal'>>> = {
  String: 'string', Utf8: 'string', Categorical: 'string', Binary: 'binary', Bool: 'bool',
  Int8: 'int64', Int16: 'int64', Int32: 'int32', Int64: 'int64', UInt8: 'int64', UInt16: 'int64', UInt32: 'int64', UInt64: 'int64',
  Float32: 'float64', Float64: 'float64', Date: 'date', Datetime: 'timestamp',
};

function columnType(name: string, native: NativeType | undefined): ColumnType {
  if (native?.variant === 'Decimal') return { kind: 'decimal', precision: Number(native.inner[0]), scale: Number(native.inner[1]) };
  if (native?.variant === 'Datetime' && native.inner[0] !== 'us') {
    throw new FrameError(`Column ${name} holds times in ${String(native.inner[0])}, not microseconds: write CAST(${quoteName(name)} AS TIMESTAMP)`);
  }
  const kind = kindOfVariant[native?.variant ?? ''];
  if (kind !== undefined) return { kind };
  throw new FrameError(`Column ${name} has type ${native?.variant ?? 'unknown'}, which a table cannot hold: cast it, for example CAST(${quoteName(name)} AS VARCHAR)`);
}
