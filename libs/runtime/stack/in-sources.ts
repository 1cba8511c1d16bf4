/** Says of places in the programs of a build where they are in our sources. Its maps are read when the first error is told, not at a start: that would take more than the bundle saves. */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

const builtPlace = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g;
const maps = new Map<string, SourceMap | undefined>();

/** @param text a stack, or lines of it */
export function inSources(text: string): string {
  return text.replace(builtPlace, (place, file: string, line: string, column: string) => {
    const origin = mapOf(file)?.findOrigin(Number(line), Number(column));
    return origin !== undefined && 'fileName' in origin
      ? `${fromRoot(origin.fileName)}:${origin.lineNumber}:${origin.columnNumber}`
      : place;
  });
}

/** Those of packages are not shipped everywhere, and would say less. */
function mapOf(file: string): SourceMap | undefined {
  if (file.includes('/node_modules/')) return undefined;
  if (!maps.has(file)) maps.set(file, readMap(new URL(`${file}.map`)));
  return maps.get(file);
}

function readMap(file: URL): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as ConstructorParameters<typeof SourceMap>[0]);
  } catch {
    return undefined;
  }
}

/** Maps name a source by its way from the map. */
function fromRoot(source: string): string {
  return source.replace(/^(\.\.\/)+/, '');
}
