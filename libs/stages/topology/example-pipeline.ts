/** A pipeline with every kind of task: for the tests of this folder. */
import { parsePipeline } from '#pipeline/checks/parse-pipeline';
import type { Pipeline } from '#pipeline/model/model';
import { exampleSchema } from './example-frames.js';

const text = `apiVersion: afluente/v1
name: shop
sources:
  orders:
    subjects: [events.orders]
    partitions: 3
    contract: order.json
    id: id
    key: user
    eventTime: { field: at }
  visits:
    stream: VISITS
    filter: visits.>
    partitions: 1
    contract: order.json
    id: id
    key: user
    eventTime: { field: at }
references:
  people: { file: people.csv, key: user }
enrich:
  orders: { sql: 'SELECT e.*, p.city FROM events e LEFT JOIN people p ON e."user" = p."user"' }
windows:
  by_city: { from: orders, tumbling: 1m, lateness: 10s, key: [city], measures: { total: sum(price), orders: count() } }
  by_user: { from: orders, tumbling: 1m, lateness: 30s, key: [user], measures: { orders: count() } }
  by_note: { from: visits, tumbling: 1h, key: [more], measures: { visits: count() } }
lake:
  tables:
    sales: { from: enriched.orders, partitionBy: [city, year, month, day, hour, date] }
`;

/** @param change edits the text of the pipeline file */
export function examplePipeline(change: (text: string) => string = (same) => same): Pipeline {
  const parsed = parsePipeline(change(text), 'pipeline.yaml', (path) =>
    path === 'order.json' ? JSON.stringify(exampleSchema) : undefined,
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 1));
  return parsed.pipeline;
}
