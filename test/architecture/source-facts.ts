/** What one source file imports, uses and declares, read from its syntax tree. */
import { parseSync } from '@swc/core';
import { comparedWords } from './compared-words.js';

export type FactKind =
  /** `text` is the module named by an import, an export … from, or a literal import(). */
  | 'import'
  /** The same, but of types alone: gone at run time. */
  | 'type-import'
  /** `text` is `object.property`, e.g. `process.env`. */
  | 'member'
  /** `text` is the name of a called identifier, e.g. `fetch`. */
  | 'call'
  /** `new Date()` without arguments. */
  | 'new-date'
  /** An async function or method. */
  | 'async'
  /** A function, method or constructor. */
  | 'function'
  /** Something is compared with words: `text` has them, a space between each. */
  | 'compared';

export interface SourceFact {
  readonly kind: FactKind;
  readonly text: string;
  /** Of what is compared, the last name, if it has one. */
  readonly against?: string | undefined;
  /** From 1. */
  readonly line: number;
  /** How many it covers. */
  readonly lines: number;
}

interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [property: string]: unknown;
}

type Found = Omit<SourceFact, 'line' | 'lines'>;

const functions: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
]);

/** Throws swc's error when the text is no TypeScript. */
export function sourceFacts(source: string): SourceFact[] {
  // swc counts from the end of the text it parsed before: a statement at the very start shows where this one begins.
  const text = `;${source.replace(/^#!/, '//')}`;
  const tree = parseSync(text, { syntax: 'typescript', decorators: true, target: 'es2024' }) as unknown as Node;
  const base = (tree['body'] as Node[])[0]?.span.start ?? 0;
  const lineOf = lineCounter(text);
  return [...nodesOf(tree)].flatMap((node) =>
    [...factsOf(node), ...comparedIn(node)].map((fact) => {
      const line = lineOf(node.span.start - base);
      return { ...fact, line, lines: lineOf(node.span.end - base) - line + 1 };
    }),
  );
}

/** swc's spans are offsets in UTF-8 bytes. */
function lineCounter(text: string): (offset: number) => number {
  const lineOfByte = new Uint32Array(Buffer.byteLength(text) + 1);
  let line = 1;
  for (const [at, byte] of Buffer.from(text).entries()) {
    lineOfByte[at] = line;
    if (byte === 10) line += 1;
  }
  lineOfByte[lineOfByte.length - 1] = line;
  return (offset) => lineOfByte[offset] ?? line;
}

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item);
  } else if (typeof value === 'object' && value !== null) {
    if (isNode(value)) yield value;
    for (const item of Object.values(value)) yield* nodesOf(item);
  }
}

const isNode = (value: object): value is Node => 'type' in value && typeof value.type === 'string' && 'span' in value;

function factsOf(node: Node): Found[] {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
      return importOf(node['source'], isTypesOnly(node));
    case 'ExportAllDeclaration':
      return importOf(node['source']);
    case 'MemberExpression':
      return memberOf(node);
    case 'CallExpression':
      return callOf(node);
    case 'NewExpression':
      return nameOf(node['callee']) === 'Date' && (node['arguments'] as unknown[] | undefined)?.length === 0
        ? [{ kind: 'new-date', text: 'new Date()' }]
        : [];
    default:
      return [...asyncOf(node), ...(functions.has(node.type) ? [{ kind: 'function' as const, text: '' }] : [])];
  }
}

function comparedIn(node: Node): Found[] {
  return comparedWords(node).map(({ words, against }) => ({ kind: 'compared', text: words.join(' '), against }));
}

function importOf(source: unknown, typesOnly = false): Found[] {
  const text = literalOf(source);
  return text === undefined ? [] : [{ kind: typesOnly ? 'type-import' : 'import', text }];
}

/** `import type …`, or every imported name marked `type`. */
function isTypesOnly(node: Node): boolean {
  const specifiers = (node['specifiers'] ?? []) as { isTypeOnly?: boolean }[];
  return (
    node['typeOnly'] === true || (specifiers.length > 0 && specifiers.every(({ isTypeOnly }) => isTypeOnly === true))
  );
}

function memberOf(node: Node): Found[] {
  const property = node['property'] as Node;
  const name = property.type === 'Computed' ? literalOf(property['expression']) : nameOf(property);
  const object = nameOf(node['object']);
  return object === undefined || name === undefined ? [] : [{ kind: 'member', text: `${object}.${name}` }];
}

function callOf(node: Node): Found[] {
  const callee = node['callee'] as Node;
  const first = (node['arguments'] as { expression: unknown }[])[0]?.expression;
  if (callee.type === 'Import' || nameOf(callee) === 'require') return importOf(first);
  const text = nameOf(callee);
  return text === undefined ? [] : [{ kind: 'call', text }];
}

/** Functions carry the flag themselves, methods in the function below them, which has no type of its own. */
function asyncOf(node: Node): Found[] {
  const method = node['function'] as { async?: boolean } | undefined;
  return node['async'] === true || method?.async === true ? [{ kind: 'async', text: 'async' }] : [];
}

function nameOf(value: unknown): string | undefined {
  return isSyntax(value) && value.type === 'Identifier' ? (value['value'] as string) : undefined;
}

function literalOf(value: unknown): string | undefined {
  return isSyntax(value) && value.type === 'StringLiteral' ? (value['value'] as string) : undefined;
}

const isSyntax = (value: unknown): value is Node => typeof value === 'object' && value !== null && isNode(value);
