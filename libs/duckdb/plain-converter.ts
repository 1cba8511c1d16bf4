/** Query values as plain JSON: whole numbers as numbers while exact, decimals as text, times as ISO 8601 in UTC, bytes that are text as text. */
import {
  DuckDBBlobValue,
  DuckDBTypeId,
  type DuckDBValueConverter,
  type Json,
  JsonDuckDBValueConverter,
} from '@duckdb/node-api';
import { timestampParts } from '#delta/timestamp-text';

/** Integers beyond 2^53 and decimals are text, so that nothing is rounded on the way. */
export type PlainValue = Json;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const wideIntegers: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
]);

export const plainConverter: DuckDBValueConverter<PlainValue> = (value, type, converter) => {
  if (value === null) return null;
  if (wideIntegers.has(type.typeId)) return wholeNumber(String(value));
  if (value instanceof DuckDBBlobValue) return textOf(value.bytes) ?? JsonDuckDBValueConverter(value, type, converter);
  if (type.typeId === DuckDBTypeId.TIMESTAMP_TZ) return utcText(value) ?? String(value);
  return JsonDuckDBValueConverter(value, type, converter);
};

/** Payloads are JSON as a rule. @returns undefined where the bytes are not UTF-8 */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function wholeNumber(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** The driver's own text is in the time zone of this machine. */
function utcText(value: unknown): string | undefined {
  const micros: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'micros') : undefined;
  const parts = typeof micros === 'bigint' ? timestampParts(String(micros)) : undefined;
  if (parts === undefined) return undefined;
  const fraction = parts.micros === '000000' ? '' : `.${parts.micros}`;
  return `${parts.date}T${parts.time}${fraction}Z`;
}
