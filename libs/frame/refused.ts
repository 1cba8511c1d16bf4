/** The header `Afl-Refused`: which rows of its input a step has refused, and why. Whoever replays the step refuses the same ones. */

/** Rows that are refused for one reason. */
export interface RefusedRows {
  /** Places of the rows among those that the step works on, ascending; or all there are. */
  readonly rows: readonly number[] | 'all';
  /** Of the error with which the step failed on them. */
  readonly message: string;
}

/** Room for messages, encoded; with the rows of a frame as bits, a refused frame has room beside its traces (libs/runtime/logs/payload-limits.ts). */
const messageBytesMax = 4 * 1024;
const messagesMax = 8;
const others =
  'the step failed on it; too many rows of its frame failed, each in its own way, to keep what was said of this one';

/** Whether a row of a frame is refused, and why. @param rows how many there are */
export function messagesByRow(refused: readonly RefusedRows[], rows: number): readonly (string | undefined)[] {
  const messages = new Array<string | undefined>(rows).fill(undefined);
  for (const { rows: places, message } of refused) {
    if (places === 'all') messages.fill(message);
    else for (const row of places) messages[row] = message;
  }
  return messages;
}

/** @param rows of the frame */
export function countRefused(refused: readonly RefusedRows[], rows: number): number {
  return refused.reduce((sum, { rows: places }) => sum + (places === 'all' ? rows : places.length), 0);
}

/** One reason for each message, as far as a header has room; the other rows share a sentence of ours. @param failed ascending, one row each */
export function refusedRows(failed: readonly { readonly row: number; readonly message: string }[]): RefusedRows[] {
  const rows = new Map<string, number[]>();
  let room = messageBytesMax;
  for (const { row, message } of failed) {
    const known = rows.get(message);
    const bytes = known ? 0 : encodeText(message).length;
    const fits = known !== undefined || (bytes <= room && rows.size < messagesMax);
    if (fits) room -= bytes;
    const told = fits ? message : others;
    const places = rows.get(told) ?? [];
    places.push(row);
    rows.set(told, places);
  }
  return [...rows].map(([message, places]) => ({ rows: places, message }));
}

/** `=message` for all rows, else `<first row>.<bits from there on, base64url>=message`; the message percent-encoded. */
export function encodeRefused({ rows, message }: RefusedRows): string {
  return `${rows === 'all' ? '' : encodeRows(rows)}=${encodeText(message)}`;
}

export function decodeRefused(value: string): RefusedRows {
  const at = value.indexOf('=');
  return { rows: at === 0 ? 'all' : decodeRows(value.slice(0, at)), message: decodeURIComponent(value.slice(at + 1)) };
}

function encodeRows(rows: readonly number[]): string {
  const first = rows[0] ?? 0;
  const bits = Buffer.alloc((((rows.at(-1) ?? 0) - first) >> 3) + 1);
  for (const row of rows) bits[(row - first) >> 3]! |= 1 << ((row - first) & 7);
  return `${first}.${bits.toString('base64url')}`;
}

function decodeRows(text: string): number[] {
  const [first, encoded = ''] = text.split('.');
  const bits = Buffer.from(encoded, 'base64url');
  const rows: number[] = [];
  for (let at = 0; at < bits.length * 8; at++) if ((bits[at >> 3]! >> (at & 7)) & 1) rows.push(Number(first) + at);
  return rows;
}

/** Any text as a header value, which is printable ASCII. */
function encodeText(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
