/** Which words a piece of syntax asks for, in whichever form: `===`, `case`, `includes`, sets and maps, patterns, lists of words, objects with words for keys. */

interface Node {
  readonly type: string;
  readonly [property: string]: unknown;
}

export interface ComparedWords {
  /** One, or those of a list or of an object's keys. */
  readonly words: readonly string[];
  /** The last name of what one is compared with: `kind` of `task.stage.kind`. */
  readonly against?: string | undefined;
}

/** Methods that ask whether something is what they are given, or among it. */
const asks: ReadonlySet<string | undefined> = new Set(
  'includes indexOf has get startsWith endsWith test exec match'.split(' '),
);
const equals: ReadonlySet<unknown> = new Set(['===', '!==', '==', '!=']);

export function comparedWords(node: Node): ComparedWords[] {
  switch (node.type) {
    case 'BinaryExpression':
      return equals.has(node['operator']) ? eitherWay(node['left'], node['right']) : [];
    case 'SwitchStatement':
      return (node['cases'] as Node[]).flatMap(({ test }) => eitherWay(test, node['discriminant']));
    case 'CallExpression':
      return asked(unwrapped(node['callee']), argumentsOf(node)[0]);
    case 'NewExpression':
      return membersOf(node).map((word) => ({ words: [word] }));
    case 'ArrayExpression':
      return listed(membersOf(node));
    case 'ObjectExpression':
      return listed(keysOf(node));
    default:
      return [];
  }
}

/** A single word makes no list. */
function listed(words: readonly string[]): ComparedWords[] {
  return words.length > 1 ? [{ words }] : [];
}

function eitherWay(one: unknown, other: unknown): ComparedWords[] {
  return [...compared(one, other), ...compared(other, one)];
}

function compared(value: unknown, other: unknown): ComparedWords[] {
  return wordsOf(value).map((word) => ({ words: [word], against: nameOf(other) }));
}

function asked(method: Node | undefined, argument: unknown): ComparedWords[] {
  if (method?.type !== 'MemberExpression' || !asks.has(nameOf(method))) return [];
  const receiver = unwrapped(method['object']);
  const among = membersOf(receiver).map((word) => ({ words: [word], against: nameOf(argument) }));
  return [...among, ...eitherWay(argument, receiver)];
}

/** Of an array, of the set or map that is made of one: its words, or the first ones of its pairs. */
function membersOf(node: Node | undefined): string[] {
  if (node?.type === 'NewExpression') return membersOf(unwrapped(argumentsOf(node)[0]));
  if (node?.type !== 'ArrayExpression') return [];
  return elementsOf(node).flatMap((element) =>
    element?.type === 'ArrayExpression' ? wordsOf(elementsOf(element)[0]) : wordsOf(element),
  );
}

/** Without shorthands, which pass variables on. */
function keysOf({ properties }: Node): string[] {
  return (properties as Node[]).flatMap(({ key }) => {
    const { type, value, expression } = (key ?? {}) as Node;
    return type === 'Identifier' ? [value as string] : wordsOf(type === 'Computed' ? expression : key);
  });
}

/** A literal's, or those of a pattern. */
function wordsOf(value: unknown): string[] {
  const node = unwrapped(value);
  switch (node?.type) {
    case 'StringLiteral':
      return [node['value'] as string];
    case 'TemplateLiteral':
      return (node['quasis'] as { cooked?: string }[]).flatMap(({ cooked }) => cooked ?? []);
    case 'RegExpLiteral':
      return (node['pattern'] as string).match(/\w+/g) ?? [];
    default:
      return [];
  }
}

function nameOf(value: unknown): string | undefined {
  const node = unwrapped(value);
  if (node?.type === 'Identifier') return node['value'] as string;
  if (node?.type === 'OptionalChainingExpression') return nameOf(node['base']);
  if (node?.type !== 'MemberExpression') return undefined;
  const property = node['property'] as Node;
  return property.type === 'Computed' ? wordsOf(property['expression'])[0] : nameOf(property);
}

function argumentsOf(node: Node): unknown[] {
  return ((node['arguments'] ?? []) as { expression: unknown }[]).map(({ expression }) => expression);
}

function elementsOf(array: Node): (Node | undefined)[] {
  return (array['elements'] as ({ expression: unknown } | undefined)[]).map((one) => unwrapped(one?.expression));
}

/** Without brackets and assertions, which change nothing at run time. */
function unwrapped(value: unknown): Node | undefined {
  const node = value as Node | undefined | null;
  const isWrapper = /^(Parenthesis|TsAs|TsConstAssertion|TsSatisfies|TsNonNull|TsTypeAssertion)/.test(node?.type ?? '');
  return isWrapper ? unwrapped(node!['expression']) : (node ?? undefined);
}
