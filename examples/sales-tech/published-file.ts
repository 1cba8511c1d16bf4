/** Writes what a run published to a temporary file that DuckDB can read: millions of expectations do not fit in memory twice. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Published } from '../example.js';

export interface PublishedFile {
  /** For `readBack`. */
  readonly sql: string;
  remove(): void;
}

const columns = ['source', 'msg_id', 'due', 'event_id', 'fingerprint', 'reasons'];
const flushChars = 1 << 18;

export function writePublished(events: Iterable<Published>): PublishedFile {
  const folder = mkdtempSync(join(tmpdir(), 'afluente-published-'));
  const path = join(folder, 'published.csv');
  const file = openSync(path, 'w');
  try {
    let text = '';
    for (const event of events) {
      text += line(event);
      if (text.length < flushChars) continue;
      writeSync(file, text);
      text = '';
    }
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
  const types = columns.map((name) => `'${name}': 'VARCHAR'`).join(', ');
  const sql = `SELECT * FROM read_csv('${path.replaceAll("'", "''")}', header = false, columns = {${types}}, delim = ',', quote = '', escape = '')`;
  return { sql, remove: () => rmSync(folder, { recursive: true }) };
}

/** None of the values has a comma: ids, codes and numbers of our own making. */
function line({ msgId, expect }: Published): string {
  const { table, source } = expect;
  if (table === 'quarantine') return `${source},${msgId},quarantine,,,${expect.reasons.join('|')}\n`;
  if (table === 'none') return `${source},${msgId},none,${expect.duplicateOf},,\n`;
  const { eventId, totalCents } = expect;
  return `${source},${msgId},silver,${eventId},${fingerprint(eventId, totalCents)},\n`;
}

function fingerprint(eventId: string, totalCents: number | undefined): string {
  return totalCents === undefined ? eventId : `${eventId} ${totalCents}`;
}
