/** The rooms of libs (ARCHITECTURE.md): each file of a lib that has rooms stands in one, and looks only into its own and those above it in the table. */
import { posix } from 'node:path';
import type { Violation } from './import-rules.js';
import { isSpec, type SourceFile } from './source-file.js';

/** Names of the rooms of each lib that has some, from the ground up. */
export type Rooms = ReadonlyMap<string, readonly string[]>;

const rowPattern = /^\| `([a-z-]+)\/([a-z-]+)` \| [^|]+ \|$/gm;
const place = /^libs\/([^/]+)\/(?:([^/]+)\/)?[^/]+$/;
const filesMax = 15;

export function parseRooms(markdown: string): Rooms {
  const rows = [...markdown.matchAll(rowPattern)].map(([, lib = '', room = '']) => ({ lib, room }));
  return new Map([...Map.groupBy(rows, ({ lib }) => lib)].map(([lib, found]) => [lib, found.map(({ room }) => room)]));
}

export function roomViolations(file: SourceFile, rooms: Rooms): Violation[] {
  const [, lib = '', room = ''] = place.exec(file.path) ?? [];
  const own = rooms.get(lib);
  if (own === undefined || isSpec(file)) return [];
  if (!own.includes(room)) return [`${file.path} stands in no room of the table in ARCHITECTURE.md: move it into one.`];
  const above = own.slice(own.indexOf(room) + 1);
  return file.facts
    .filter(({ kind, text }) => (kind === 'import' || kind === 'type-import') && text.startsWith('../'))
    .filter(({ text }) => above.includes(place.exec(posix.join(posix.dirname(file.path), text))?.[2] ?? ''))
    .map(
      ({ text, line }) =>
        `${file.path}:${line} imports ${text}, which stands above ${room}: turn the dependency around, or move the code.`,
    );
}

/** Folders that hold too much to be seen at a glance. */
export function crowdedFolders(files: readonly SourceFile[]): Violation[] {
  const folders = files.filter((file) => !isSpec(file)).map(({ path }) => posix.dirname(path));
  return [...Map.groupBy(folders, (folder) => folder)]
    .filter(([, found]) => found.length > filesMax)
    .map(([folder, found]) => `${folder} has ${found.length} files, and ${filesMax} at most are allowed: divide it.`);
}
