/** A YAML text as a plain value, with the line of every path in it. */
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLError } from 'yaml';
import type { Problem } from './problem.js';

export type PathPart = string | number;

export interface YamlText {
  readonly value: unknown;
  /** Line of the key (or list entry) at a path; of its nearest existing parent when it is missing. 1-based. */
  lineAt(path: readonly PathPart[]): number;
  readonly problems: readonly Problem[];
  /** False when the text cannot be read as YAML at all; `value` is then undefined. */
  readonly readable: boolean;
}

const remedies: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'Remove or rename one of the two.',
  TAB_AS_INDENT: 'Write two spaces instead of each tab.',
  MULTIPLE_DOCS: 'Keep one document: remove the "---" line and what follows it.',
  BAD_INDENT: 'Indent the lines of one mapping equally, two spaces per level.',
  MISSING_CHAR: 'Close the quote or bracket, or add the missing ":".',
  BLOCK_AS_IMPLICIT_KEY: 'Put quotes around a value that contains ": ", or start a new line.',
  MULTILINE_IMPLICIT_KEY: 'Write the key and its ":" on one line.',
};

/** Reads YAML 1.2; never throws. */
export function readYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  const unreadable = (problems: Problem[]) => ({ value: undefined, lineAt: () => 1, problems, readable: false });
  try {
    const document = parseDocument(text, { lineCounter: lines, logLevel: 'error', prettyErrors: false });
    const problems = document.errors.map((error) => yamlProblem(error, file, text, lines));
    if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return unreadable(problems);
    const root = document.contents;
    return { value: document.toJS(), lineAt: (path) => lineOf(root, path, lines), problems, readable: true };
  } catch (error) {
    return unreadable([unusable(error, file)]);
  }
}

function lineOf(root: Node | null, path: readonly PathPart[], lines: LineCounter): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    const next = step(node, part);
    if (next === undefined) break;
    offset = next.offset ?? offset;
    node = next.node;
  }
  return Math.max(1, lines.linePos(offset).line);
}

function step(node: unknown, part: PathPart): { node: unknown; offset: number | undefined } | undefined {
  if (isSeq<Node>(node)) {
    const item = node.items[Number(part)];
    return item === undefined ? undefined : { node: item, offset: item.range?.[0] };
  }
  if (!isMap<Node, Node>(node)) return undefined;
  const pair = node.items.find((item) => keyText(item) === String(part));
  return pair === undefined ? undefined : { node: pair.value, offset: pair.key.range?.[0] };
}

function keyText(pair: Pair<Node, Node | null>): string {
  return isScalar(pair.key) ? String(pair.key.value ?? '') : '';
}

function yamlProblem(error: YAMLError, file: string, text: string, lines: LineCounter): Problem {
  const { line } = lines.linePos(error.pos[0]);
  const tabbed = /^ *\t/.test(text.split('\n')[line - 1] ?? '');
  const code = tabbed && error.code !== 'DUPLICATE_KEY' ? 'TAB_AS_INDENT' : error.code;
  const message =
    code === 'DUPLICATE_KEY'
      ? `the key "${keyAt(text, error.pos[0])}" stands twice in one mapping`
      : lowerFirst(error.message);
  return {
    file,
    line: Math.max(1, line),
    path: '',
    message,
    remedy: remedies[code] ?? 'Correct the YAML of this line.',
  };
}

function keyAt(text: string, offset: number): string {
  return /^["']?([^\s:"']*)/.exec(text.slice(offset, offset + 80))?.[1] ?? '';
}

function unusable(error: unknown, file: string): Problem {
  const message = lowerFirst(error instanceof Error ? error.message : String(error));
  return {
    file,
    line: 1,
    path: '',
    message,
    remedy: 'Write the values out: aliases and nesting this deep cannot be read.',
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}
