/** The table of docs/ground.md: what Afluente does when somebody changes the ground it stands on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';
import { changes } from './ground-case.js';

export const groundDoc = readFileSync(join(projectRoot, 'docs', 'ground.md'), 'utf8');

export type Verdict = 'goes on' | 'waits' | 'halts';

export interface Outcome {
  readonly verdict: Verdict;
  /** What the reason must say: the words of the cell in quotes. */
  readonly words: readonly string[];
}

export interface Cell {
  /** At once. */
  readonly now: Outcome;
  /** After all processes were killed and started again, where that is another. */
  readonly later: Outcome | undefined;
}

const none = '–';
const verdicts: readonly Verdict[] = ['goes on', 'waits', 'halts'];
const ofStart = 'a start ';

/** Cells by `<thing> | <change>`; those without meaning are left out. */
export function readGroundTable(): Map<string, Cell> {
  const lines = groundDoc
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const head = lines.findIndex(([first, second]) => first === 'thing' && second === changes[0]);
  if (head < 0 || lines[head]!.slice(1).join() !== changes.join())
    throw new Error(`docs/ground.md has no table with the columns thing, ${changes.join(', ')}`);
  const cells = new Map<string, Cell>();
  for (const [thing, ...texts] of lines.slice(head + 2))
    for (const [i, text] of texts.entries()) if (text !== none) cells.set(`${thing} | ${changes[i]}`, parseCell(text));
  return cells;
}

function parseCell(text: string): Cell {
  const [now, later] = text.split(';').map((part) => part.trim());
  if (later !== undefined && !later.startsWith(ofStart))
    throw new Error(`"${text}": what stands behind ";" must begin with "${ofStart}"`);
  return {
    now: parseOutcome(now!),
    later: later === undefined ? undefined : parseOutcome(later.slice(ofStart.length)),
  };
}

function parseOutcome(text: string): Outcome {
  const verdict = verdicts.find((one) => text.startsWith(one));
  if (verdict === undefined) throw new Error(`"${text}" begins with none of ${verdicts.join(', ')}`);
  return { verdict, words: [...text.matchAll(/"([^"]+)"/g)].map(([, words]) => words!) };
}
