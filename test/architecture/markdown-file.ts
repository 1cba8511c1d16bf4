/** The project's Markdown documents: what they link to, what can be linked to in them, and which files they speak of. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import type { Violation } from './import-rules.js';

export interface MarkdownFile {
  /** From the root of the repository, e.g. `docs/tour.md`. */
  readonly path: string;
  readonly text: string;
}

interface Link {
  /** As it is written: `../README.md#part`, `#part`, `https://…`. */
  readonly target: string;
  readonly line: number;
}

const foreign: ReadonlySet<string> = new Set(['node_modules', 'dist', 'data', 'coverage', '.git', '.tools']);
const linkPattern = /\]\(<?([^()\s>]+)>?(?: "[^"]*")?\)/g;
const pathPattern = /`((?:libs|apps|test|examples|scripts|deploy|docker|helm|docs)\/[\w./-]+\.\w+)`/g;

/** Every Markdown file of the project, not those of packages. */
export function readMarkdownFiles(folder = '.'): MarkdownFile[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return foreign.has(entry.name) ? [] : readMarkdownFiles(path);
    return entry.name.endsWith('.md') ? [{ path, text: readFileSync(join(projectRoot, path), 'utf8') }] : [];
  });
}

/** Links to files and headings that are not there. Those to the web are not followed. */
export function linkViolations({ path, text }: MarkdownFile): Violation[] {
  return linksOf(text).flatMap(({ target, line }) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const there = file === '' ? path : posix.join(posix.dirname(path), file);
    if (there !== path && (there.startsWith('..') || !existsSync(join(projectRoot, there))))
      return [`${path}:${line} links to ${target}, which is not there.`];
    if (anchor === undefined || !there.endsWith('.md')) return [];
    const words = there === path ? text : readFileSync(join(projectRoot, there), 'utf8');
    return anchorsOf(words).has(anchor)
      ? []
      : [`${path}:${line} links to ${target}, but ${there} has no such heading.`];
  });
}

/** Files that a document names in code, from the root of the repository, and that are not there. */
export function pathViolations({ path, text }: MarkdownFile): Violation[] {
  return [...text.matchAll(pathPattern)].flatMap(([, named = '']) =>
    existsSync(join(projectRoot, named)) ? [] : [`${path} speaks of ${named}, which is not there.`],
  );
}

/** In text, not in code. */
function linksOf(text: string): Link[] {
  return proseOf(text).flatMap((words, index) =>
    [...words.replace(/`[^`]*`/g, '`').matchAll(linkPattern)].map(([, target = '']) => ({ target, line: index + 1 })),
  );
}

/** Headings as GitHub names them: small letters, no marks, blanks as hyphens; a name that is taken gets a number. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(text)
    .join('\n')
    .matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The lines, those of code blocks empty. */
function proseOf(text: string): string[] {
  let isFenced = false;
  return text.split('\n').map((line) => {
    const isFence = /^ {0,3}(```|~~~)/.test(line);
    if (isFence) isFenced = !isFenced;
    return isFenced || isFence || line.startsWith('    ') ? '' : line;
  });
}
