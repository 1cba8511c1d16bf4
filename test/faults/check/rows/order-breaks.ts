/** Order per key: rows stand in the lake and in the logs in the order of the front stream. */
import { type Finding, found } from '../findings.js';

export interface OrderedRow {
  readonly customer: string;
  readonly seq: number;
  readonly index: number;
}

/** @param rows in the order in which a reader gets them: commit, file, row; or frame, row */
export function* orderFindings(where: string, rows: Iterable<OrderedRow>): Generator<Finding> {
  const last = new Map<string, OrderedRow>();
  for (const row of rows) {
    const before = last.get(row.customer);
    if (before && (row.seq < before.seq || (row.seq === before.seq && row.index < before.index))) {
      yield found('orderBreaks', `${where}: ${row.customer} has front sequence ${row.seq} behind ${before.seq}`);
    }
    last.set(row.customer, row);
  }
}

/** The rows of a key must be the same, in the same order, in lake and logs; of trimmed logs only the end is left. */
export function* sameOrderFindings(
  lake: Iterable<OrderedRow>,
  logs: Iterable<OrderedRow>,
  trimmed: boolean,
): Generator<Finding> {
  const [inLake, inLogs] = [byCustomer(lake), byCustomer(logs)];
  for (const customer of new Set([...inLake.keys(), ...inLogs.keys()])) {
    const stored = inLake.get(customer) ?? [];
    const logged = inLogs.get(customer) ?? [];
    const from = trimmed ? Math.max(0, stored.length - logged.length) : 0;
    const at = logged.findIndex((seq, i) => stored[from + i] !== seq);
    if (at >= 0)
      yield found(
        'orderBreaks',
        `silver and the enriched log differ for ${customer}: front sequence ${stored[from + at]} and ${logged[at]}`,
      );
    else if (!trimmed && stored.length !== logged.length)
      yield found('orderBreaks', `silver has ${stored.length} rows of ${customer}, the enriched log ${logged.length}`);
  }
}

function byCustomer(rows: Iterable<OrderedRow>): Map<string, number[]> {
  const seqs = new Map<string, number[]>();
  for (const { customer, seq } of rows) {
    const list = seqs.get(customer);
    if (list) list.push(seq);
    else seqs.set(customer, [seq]);
  }
  return seqs;
}
