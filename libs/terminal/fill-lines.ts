/** Pieces of text one behind the other, on as many lines as the terminal's columns ask for. */
import { widthOf } from './text-width.js';

export interface Filling {
  /** Of the terminal; without it all goes on one line. */
  readonly columns: number | undefined;
  /** Between two pieces of a line. */
  readonly gap: string;
  /** Before the first piece of each further line. */
  readonly hang: string;
}

/** A piece is never broken: one that is wider than a line has a line to itself. */
export function fillLines(pieces: readonly string[], { columns = Infinity, gap, hang }: Filling): string[] {
  const [first = '', ...more] = pieces;
  const lines: string[] = [];
  let line = first;
  for (const piece of more) {
    const longer = line + gap + piece;
    if (widthOf(longer) <= columns) line = longer;
    else {
      lines.push(line);
      line = hang + piece;
    }
  }
  return [...lines, line];
}

/** A sentence, broken between words, its further lines a little more to the right; a word that is wider than a line, as a path may be, stays whole so that it can be copied. */
export function fillWords(sentence: string, columns: number | undefined): string[] {
  if (columns === undefined) return [sentence];
  const [indent = ''] = /^ */.exec(sentence) ?? [];
  const [first = '', ...more] = sentence.slice(indent.length).split(' ');
  return fillLines([indent + first, ...more], { columns, gap: ' ', hang: `${indent}  ` });
}
