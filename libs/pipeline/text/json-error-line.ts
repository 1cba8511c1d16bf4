/** The line on which a text stops being JSON; V8's own message does not always say. */

const token =
  /\s*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

type Expected = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'comma' | 'end';

/** 1-based line of the first place that breaks the grammar of RFC 8259; the last line for a text that stops early. */
export function jsonErrorLine(text: string): number {
  return text.slice(0, errorOffset(text)).split('\n').length;
}

function errorOffset(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let offset = 0;
  for (;;) {
    token.lastIndex = offset;
    const found = token.exec(text);
    const start = offset + (/\s*/y.exec(text.slice(offset))?.[0].length ?? 0);
    if (!found) return start;
    const next = advance(expected, found[1] ?? (found[2] === undefined ? 'scalar' : 'string'), open);
    if (next === undefined) return start;
    expected = next;
    offset = token.lastIndex;
  }
}

function advance(expected: Expected, kind: string, open: ('{' | '[')[]): Expected | undefined {
  const isValuePlace = expected === 'value' || expected === 'firstValue';
  if (kind === '{' || kind === '[') {
    if (!isValuePlace) return undefined;
    open.push(kind);
    return kind === '{' ? 'firstKey' : 'firstValue';
  }
  if (kind === '}' || kind === ']') return close(expected, kind, open);
  if (kind === ':') return expected === 'colon' ? 'value' : undefined;
  if (kind === ',') return expected === 'comma' ? (open.at(-1) === '{' ? 'key' : 'value') : undefined;
  if (kind === 'string' && (expected === 'key' || expected === 'firstKey')) return 'colon';
  return isValuePlace ? after(open) : undefined;
}

function close(expected: Expected, kind: string, open: ('{' | '[')[]): Expected | undefined {
  const opened = open.at(-1);
  if (kind !== (opened === '{' ? '}' : ']') || opened === undefined) return undefined;
  if (expected !== 'comma' && expected !== (opened === '{' ? 'firstKey' : 'firstValue')) return undefined;
  open.pop();
  return after(open);
}

function after(open: readonly string[]): Expected {
  return open.length === 0 ? 'end' : 'comma';
}
