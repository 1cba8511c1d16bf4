/** A plain, slow answer to what becomes of each message: the second opinion on the generator's expectations. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Published } from '../example.js';
import { lateByMs } from './event-clock.js';

export type Outcome =
  | { readonly table: 'silver'; readonly event: Readonly<Record<string, unknown>>; readonly timeMs: number }
  | { readonly table: 'quarantine'; readonly reason: 'malformed' | 'contract' | 'late' }
  | { readonly table: 'none'; readonly eventId: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });

export interface OracleOptions {
  readonly partitions: number;
  readonly outOfOrdernessMs: number;
  readonly latenessMs: number;
  readonly windowMs: number;
  /** The contract of each source. */
  readonly contracts: Readonly<Record<string, object>>;
}

export interface Oracle {
  /** Messages come in the order of their front stream. */
  judge(message: Published): Outcome;
  /** How far the oldest event on time stood ahead of its partition's watermark, in ms. */
  readonly leastAheadMs: () => number;
}

export function salesOracle(options: OracleOptions): Oracle {
  const validators = Object.fromEntries(
    Object.entries(options.contracts).map(([source, contract]) => [source, validatorOf(contract)]),
  );
  const watermarksMs = new Map<string, number>();
  const seen = new Set<string>();
  let leastAheadMs = Infinity;

  function judge({ payload, subject }: Published): Outcome {
    const source = subject.split('.')[1] ?? '';
    const event = parsed(payload);
    if (!event) return { table: 'quarantine', reason: 'malformed' };
    if (!validators[source]?.(event)) return { table: 'quarantine', reason: 'contract' };
    const eventId = String(event['event_id']);
    if (seen.has(eventId)) return { table: 'none', eventId };
    const timeMs = Date.parse(String(event['occurred_at']));
    const partition = `${source}.${partitionOf(String(event['user_id']), options.partitions)}`;
    const watermarkMs = watermarksMs.get(partition) ?? -Infinity;
    const windowEndMs = Math.floor(timeMs / options.windowMs + 1) * options.windowMs;
    if (windowEndMs + options.latenessMs <= watermarkMs) return { table: 'quarantine', reason: 'late' };
    seen.add(eventId);
    leastAheadMs = Math.min(leastAheadMs, timeMs - watermarkMs);
    watermarksMs.set(partition, Math.max(watermarkMs, timeMs - options.outOfOrdernessMs));
    return { table: 'silver', event, timeMs };
  }
  return { judge, leastAheadMs: () => leastAheadMs };
}

/** Late events must be late whatever a window's lateness is, up to this. */
export const latenessMaxMs = lateByMs / 2;

function parsed(payload: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(payload));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function validatorOf(contract: object): ValidateFunction {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addFormat('decimal', { type: 'string', validate: (text: string) => /^-?\d{1,10}(\.\d{1,2})?$/.test(text) });
  ajv.addKeyword({
    keyword: 'x-scale',
    type: 'number',
    validate: (_: unknown, value: number) => Number.isFinite(value),
  });
  return ajv.compile(contract);
}

/** Any hash will do: the answer must not depend on it. */
function partitionOf(key: string, partitions: number): number {
  let hash = 7;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193) >>> 0;
  return hash % partitions;
}
