/** A pipeline file that is right, for specs that spoil it. */
import { expect } from '@jest/globals';
import type { Pipeline } from '../model/model.js';
import { type Problem, renderProblems } from '../text/problem.js';
import { parsePipeline } from './parse-pipeline.js';

export const shop = `apiVersion: afluente/v1
name: shop
sources:
  orders:
    subjects: [events.orders, events.orders.>]
    contract: contracts/order.schema.json
    id: event_id
    key: user_id
    eventTime: { field: occurred_at }
  visits:
    stream: VISITS
    filter: visits.>
    partitions: 2
    contract: contracts/order.schema.json
    id: event_id
    key: user_id
    eventTime: { field: occurred_at, outOfOrderness: 250ms, aheadMax: 0s, idleAfter: 2s }
    dedup: { horizon: 2d }
references:
  products: { file: reference/products.parquet, key: product_id, refresh: 1m }
enrich:
  orders: { sql: SELECT e.* FROM events e }
windows:
  revenue:
    from: orders
    tumbling: 1m
    lateness: 30s
    key: [category]
    measures: { revenue: sum(total), orders: count() }
lake:
  url: s3://bucket/lake
  commit: { every: 2s, rows: 1_000, bytes: 4MiB }
  tables:
    sales: { from: enriched.orders, partitionBy: [year, month] }
`;

export const order = JSON.stringify({ properties: { event_id: {}, user_id: {}, occurred_at: {}, total: {} } });

export const files: Record<string, string> = { 'contracts/order.schema.json': order };

export function parse(text: string, given: Record<string, string> = files) {
  return parsePipeline(text, 'pipeline.yaml', (path) => (Object.hasOwn(given, path) ? given[path] : undefined));
}

export function pipelineOf(text: string): Pipeline {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(renderProblems(parsed.problems));
  return parsed.pipeline;
}

export function problemsOf(text: string, given?: Record<string, string>): readonly Problem[] {
  const parsed = parse(text, given);
  return parsed.ok ? [] : parsed.problems;
}

/** The rendered problems after one replacement in the valid file. */
export function after(from: string, to: string): string[] {
  expect(shop).toContain(from);
  return renderProblems(problemsOf(shop.replace(from, to)))
    .split('\n')
    .filter((line) => line !== '');
}
