/** Free mutations: their events are pieces of them, in order, and one that is nowhere is a duplicate. */
import type { Findings } from '../findings.js';
import type { HostileMessage, SourceName } from '../workload/hostile-message.js';
import { type Ask, sources } from './lake-question.js';

export interface MutationCheck {
  readonly ask: Ask;
  readonly findings: Findings;
  /** The message that was published at an index. */
  readonly messageAt: (index: number) => HostileMessage;
}

/** What may stand between the events of a message: blanks, commas and brackets, and what begins a text. */
const between = /^[\s,[\]\u001e\ufeff]*$/;
const idField: Readonly<Record<SourceName, string>> = { orders: 'order_id', texts: 'id', loose: 'id' };

export async function checkMutations(check: MutationCheck): Promise<void> {
  for (const source of sources) {
    await checkPieces(check, source);
    await checkDropped(check, source);
  }
}

/** Those that bronze does not hold whole, as one event. */
async function checkPieces({ ask, findings, messageAt }: MutationCheck, source: SourceName): Promise<void> {
  const rows =
    await ask(`SELECT l.i, b._index AS idx, hex(b.payload) AS payload FROM bronze_${source} b JOIN ledger l ON l.source = '${source}' AND l.seq = b._seq AND l.becomes = 'any'
    WHERE l.kind LIKE 'mutated%' AND b._seq IN (SELECT seq FROM ended_${source} e WHERE coalesce(becomes, 'any') = 'any' AND (idx > 0 OR sent_md5 IS DISTINCT FROM payload_md5)) ORDER BY l.i, idx`);
  const pieces = Map.groupBy(rows, ({ i }) => Number(i));
  for (const [index, events] of pieces) {
    const wrong = wrongPiece(
      Buffer.from(messageAt(index).payload),
      events.map(({ payload }) => Buffer.from(String(payload), 'hex')),
    );
    if (wrong !== undefined || events.some(({ idx }, at) => idx !== at))
      findings.add('split', { source, index, pieces: events.length, wrong });
  }
}

/** @returns what stands between two pieces and must not, or the number of the piece that is none */
export function wrongPiece(whole: Buffer, pieces: readonly Buffer[]): string | number | undefined {
  let at = 0;
  for (const [number, piece] of pieces.entries()) {
    const found = whole.indexOf(piece, at);
    if (found < 0) return number;
    const gap = whole.toString('utf8', at, found);
    if (!between.test(gap)) return gap;
    at = found + piece.length;
  }
  const rest = whole.toString('utf8', at);
  return between.test(rest) ? undefined : rest;
}

/** An event of which bronze alone knows must have the id of one that was taken. */
async function checkDropped({ ask, findings }: MutationCheck, source: SourceName): Promise<void> {
  const field = idField[source];
  const rows = await ask(
    `SELECT e.seq, e.idx, e.i, decode(b.payload) AS payload FROM ended_${source} e JOIN bronze_${source} b ON b._seq = e.seq AND b._index = e.idx WHERE fate = 'dropped' AND coalesce(becomes, 'any') = 'any'`,
  );
  for (const { seq, idx, i, payload } of rows) {
    const id = fieldOf(String(payload).replace(/^[\ufeff\u001e\s]+/, ''), field);
    const twins = await ask(
      `SELECT 1 AS found FROM silver_${source} WHERE ${field} = ${source === 'texts' ? `${literal(id)}::HUGEINT` : literal(id)} UNION ALL SELECT 1 FROM quarantine_${source} WHERE reason IN ('late', 'step_failed') AND try(json_extract_string(decode(payload), '$.${field}')) = ${literal(id)} LIMIT 1`,
    );
    if (twins.length === 0) findings.add('missing', { source, seq, idx, index: i, id });
  }
}

type Parse = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => Record<string, unknown>;

/** The value of a field as text; of a number its digits as they are written, which may be more than a double holds. */
function fieldOf(text: string, field: string): string {
  return String(
    (JSON.parse as Parse)(text, (_, value, { source }) => (typeof value === 'number' ? source : value))[field],
  );
}

/** An SQL literal; DuckDB takes no zero characters inside quotes. */
function literal(value: string): string {
  return `decode(unhex('${Buffer.from(value).toString('hex')}'))`;
}
