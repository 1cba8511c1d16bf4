/** Paths into the pipeline file as users read them. */
import type { PathPart } from './yaml-text.js';

/** `['sources', 'x', 'subjects', 1]` → `sources.x.subjects[1]`. */
export function pathText(path: readonly PathPart[]): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

/** A JSON pointer (RFC 6901) as a path; whole numbers become list places when the value there is a list. */
export function pointerPath(pointer: string, root: unknown): PathPart[] {
  const path: PathPart[] = [];
  let value = root;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(name) : name);
    value = member(value, name);
  }
  return path;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
