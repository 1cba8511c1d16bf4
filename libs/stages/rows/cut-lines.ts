/** Cuts lines of JSON into sections that fit into a frame. */
import { type Section, section } from '#frame/sections';

/** Sections of at most `bytesMax`, in order; a longer line has one of its own. @param lines with their newlines */
export function cutLines(name: string, lines: readonly string[], bytesMax: number): Section[] {
  const sections: Section[] = [];
  let first = 0;
  let bytes = 0;
  const cut = (end: number): void => {
    if (end > first) sections.push(section(name, 'ndjson', Buffer.from(lines.slice(first, end).join('')), end - first));
    [first, bytes] = [end, 0];
  };
  for (const [at, line] of lines.entries()) {
    const more = Buffer.byteLength(line);
    if (bytes + more > bytesMax) cut(at);
    bytes += more;
  }
  cut(lines.length);
  return sections;
}
