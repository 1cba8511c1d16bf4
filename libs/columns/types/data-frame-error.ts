/** The error of everything that reads or describes data frames. */
import { types } from 'node:util';

/** Bytes that are no frame, or a column of a type that frames do not carry. */
export class DataFrameError extends Error {
  override readonly name = 'DataFrameError';
}

/** The message of whatever was thrown; native code throws errors of another realm. */
export function messageOf(cause: unknown): string {
  return types.isNativeError(cause) ? cause.message.trim() : String(cause);
}

/** A message of polars without the values that it quotes: what is wrong with a file goes to logs, whose readers may not see what is in it. */
export function withoutValues(message: string): string {
  return message
    .replace(/values?: \[[\s\S]*$/, 'values')
    .replace(/could not parse `[\s\S]*?` as/, 'could not parse a value as')
    .replace(/cannot parse '[\s\S]*?' \(/, 'cannot parse a value (');
}
