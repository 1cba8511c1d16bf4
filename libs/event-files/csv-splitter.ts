/**
 * Splits a CSV file (RFC 4180) into events: each row is an object of texts, named by the header. A file of texts says nothing of types, so nothing is made of
 * them. A cell without anything in it is left out; `""` is an empty text.
 */
import { EventFileError, type EventSplitter, type EventText, eventBytesMax, tooLarge } from './event-splitter.js';

/** Undefined: nothing stands in it. */
type Cell = string | undefined;

const separators = [',', ';', '\t'];

export class CsvSplitter implements EventSplitter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #text = '';
  #line = 1;
  #separator: string | undefined;
  #header: readonly string[] | undefined;

  feed(bytes: Buffer): EventText[] {
    return this.#rows(this.#decoded(bytes), false);
  }

  end(): EventText[] {
    return this.#rows(this.#decoded(undefined), true);
  }

  #decoded(bytes: Buffer | undefined): string {
    try {
      return this.#decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new EventFileError(`is not UTF-8 behind line ${this.#line}: convert it, e.g. with iconv`);
    }
  }

  #rows(more: string, isAll: boolean): EventText[] {
    this.#text += more;
    this.#separator ??= separatorOf(this.#text, isAll);
    if (this.#separator === undefined) return [];
    const found: EventText[] = [];
    let start = 0;
    for (let row = rowAt(this.#text, start, this.#separator, isAll); row; ) {
      found.push(...this.#row(row.cells));
      this.#line += newlinesIn(this.#text, start, row.end);
      start = row.end;
      row = rowAt(this.#text, start, this.#separator, isAll);
    }
    this.#text = this.#text.slice(start);
    if (this.#text.length > eventBytesMax) throw tooLarge(this.#line);
    return found;
  }

  #row(cells: readonly Cell[]): EventText[] {
    if (cells.every((cell) => cell === undefined)) return [];
    if (this.#header) return [eventOf(this.#line, cells, this.#header)];
    this.#header = namesIn(cells);
    return [];
  }
}

function eventOf(line: number, cells: readonly Cell[], header: readonly string[]): EventText {
  if (cells.length > header.length)
    throw new EventFileError(`has ${cells.length} cells in line ${line}, but ${header.length} names in its first line`);
  const members = cells.flatMap((cell, at) =>
    cell === undefined ? [] : [`${JSON.stringify(header[at])}:${JSON.stringify(cell)}`],
  );
  return { line, text: `{${members.join(',')}}`, isUtf8: true };
}

function namesIn(cells: readonly Cell[]): string[] {
  const names = cells.map((cell) => cell ?? '');
  const nameless = names.indexOf('');
  if (nameless >= 0)
    throw new EventFileError(`has no name for column ${nameless + 1} in its first line, which must name the columns`);
  const twin = names.find((name, at) => names.indexOf(name) !== at);
  if (twin !== undefined) throw new EventFileError(`names two columns ${JSON.stringify(twin)} in its first line`);
  return names;
}

/** Whichever the first line has most of; undefined while it has not ended. */
function separatorOf(text: string, isAll: boolean): string | undefined {
  const newline = text.indexOf('\n');
  if (newline < 0 && !isAll) return undefined;
  const bare = text.slice(0, newline < 0 ? text.length : newline).replace(/"[^"]*"/g, '');
  const counts = separators.map((separator) => bare.split(separator).length);
  return separators[counts.indexOf(Math.max(...counts))];
}

/** The cells of the row that begins at `start`, and the place behind it. Undefined: it does not end in this text. */
function rowAt(
  text: string,
  start: number,
  separator: string,
  isAll: boolean,
): { readonly cells: Cell[]; readonly end: number } | undefined {
  const cells: Cell[] = [];
  if (start === text.length) return undefined;
  for (let at = start; ; at++) {
    const opened = text[at] === '"' ? quotedAt(text, at + 1, isAll) : { text: undefined, end: at };
    if (opened === undefined) return undefined;
    const newline = endOf(text, '\n', opened.end);
    const inRow = text.slice(opened.end, newline).indexOf(separator);
    const end = inRow < 0 ? newline : opened.end + inRow;
    if (end === text.length && !isAll) return undefined;
    const bare = text.slice(opened.end, end).replace(/\r$/, '');
    cells.push(opened.text ?? (bare === '' ? undefined : bare));
    if (end === newline) return { cells, end: Math.min(end + 1, text.length) };
    at = end;
  }
}

/** @returns what stands in quotes, and the place behind the one that ends it; two quotes in it are one. Undefined: it does not end in this text */
function quotedAt(text: string, from: number, isAll: boolean): { text: string; end: number } | undefined {
  let cell = '';
  for (let start = from; ; ) {
    const quote = text.indexOf('"', start);
    if (quote < 0 || (quote === text.length - 1 && !isAll))
      return isAll ? { text: cell + text.slice(start), end: text.length } : undefined;
    cell += text.slice(start, quote);
    if (text[quote + 1] !== '"') return { text: cell, end: quote + 1 };
    cell += '"';
    start = quote + 2;
  }
}

function endOf(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}

function newlinesIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
