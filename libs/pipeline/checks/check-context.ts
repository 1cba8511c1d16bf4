/** What the checks between parts of a pipeline file share: lenient reading, so that one fault does not hide another. */
import { pathText } from '../text/path-text.js';
import type { Problem } from '../text/problem.js';
import type { PathPart, YamlText } from '../text/yaml-text.js';

export type Report = (path: readonly PathPart[], message: string, remedy: string) => void;

/** A report that notes the line of each path. */
export function reporter(yaml: YamlText, file: string, problems: Problem[]): Report {
  return (path, message, remedy) =>
    problems.push({ file, line: yaml.lineAt(path), path: pathText(path), message, remedy });
}

/** The entries of a mapping at a path; none when there is no mapping. */
export function entriesAt(root: unknown, ...path: readonly string[]): [string, unknown][] {
  const value = valueAt(root, ...path);
  return isMapping(value) ? Object.entries(value) : [];
}

export function namesAt(root: unknown, ...path: readonly string[]): string[] {
  return entriesAt(root, ...path).map(([name]) => name);
}

export function valueAt(root: unknown, ...path: readonly string[]): unknown {
  let value = root;
  for (const part of path) value = isMapping(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  return value;
}

export function textAt(root: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(root, ...path);
  return typeof value === 'string' ? value : undefined;
}

/** The texts of a list at a path, with their places. */
export function textsAt(root: unknown, ...path: readonly string[]): { text: string; place: number }[] {
  const value = valueAt(root, ...path);
  if (!Array.isArray(value)) return [];
  return value.flatMap((text: unknown, place) => (typeof text === 'string' ? [{ text, place }] : []));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
