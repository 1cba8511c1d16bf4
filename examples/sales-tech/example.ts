/** The technology shop: generated events, and the check of its lake. */
import type { Example, Published, Query, RunOptions, Verdict } from '../example.js';
import type { GoldCheck } from '../gold-check.js';
import { readBack, type SourceCheck } from '../read-back.js';
import { startOfRun } from './event-clock.js';
import { runPrefix, salesEvents } from './generator.js';
import { writePublished } from './published-file.js';

const batchEvents = 1_000;

export const example: Example = { name: 'sales-tech', startMs: startOfRun, events, check };

async function* events(options: RunOptions): AsyncGenerator<Published[], void, undefined> {
  let batch: Published[] = [];
  for (const event of generated(options)) {
    batch.push(event);
    if (batch.length < batchEvents) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function check(options: RunOptions, query: Query): Promise<Verdict> {
  if (options.count === undefined)
    throw new RangeError('A run without end cannot be checked: give the number of events that were published.');
  const published = writePublished(generated(options));
  try {
    return await readBack(query, {
      publishedSql: published.sql,
      sources: sourceChecks(runPrefix(options)),
      gold: [revenue, carts],
    });
  } finally {
    published.remove();
  }
}

function generated({ count, seed, startMs }: RunOptions): Iterable<Published> {
  return salesEvents({ seed, startMs, ...(count === undefined ? {} : { events: count }) });
}

function sourceChecks(prefix: string): SourceCheck[] {
  const common = {
    ofRun: `starts_with(msg_id, '${prefix}')`,
    silverOfRun: `starts_with(event_id, '${prefix}')`,
    eventId: 'event_id',
  };
  return [
    {
      ...common,
      name: 'transactions',
      silverColumns: { event_id: 'VARCHAR', total: 'DECIMAL(14,2)' },
      fingerprint: `event_id || ' ' || coalesce(CAST(CAST(total * 100 AS BIGINT) AS VARCHAR), '(null)')`,
    },
    { ...common, name: 'interactions', silverColumns: { event_id: 'VARCHAR' }, fingerprint: 'event_id' },
  ];
}

const windowUs = 60_000_000;
const windowStart = `epoch_us(occurred_at) // ${windowUs} * ${windowUs} AS window_start_us`;

/** Windows are checked over all of silver, so results of earlier runs in the same lake count too. */
const revenue: GoldCheck = {
  table: 'gold_revenue_by_category',
  key: ['category', 'region'],
  measures: { revenue: 'DECIMAL(38,2)', orders: 'BIGINT', buyers: 'BIGINT', largest: 'DECIMAL(38,2)' },
  expectedSql: (tables) => `
    SELECT ${windowStart}, category, region,
      sum(total) AS revenue, count(*) AS orders, count(DISTINCT user_id) AS buyers, max(total) AS largest
    FROM ${tables.read('silver_transactions', { occurred_at: 'TIMESTAMPTZ', category: 'VARCHAR', region: 'VARCHAR', total: 'DECIMAL(14,2)', user_id: 'VARCHAR' })}
    GROUP BY ALL`,
};

const cartColumns = {
  occurred_at: 'TIMESTAMPTZ',
  user_id: 'VARCHAR',
  is_view: 'BIGINT',
  is_add: 'BIGINT',
  is_remove: 'BIGINT',
  is_checkout: 'BIGINT',
};

const carts: GoldCheck = {
  table: 'gold_carts_by_user',
  key: ['user_id'],
  measures: { views: 'BIGINT', adds: 'BIGINT', removes: 'BIGINT', checkouts: 'BIGINT' },
  expectedSql: (tables) => `
    SELECT ${windowStart}, user_id, sum(is_view) AS views, sum(is_add) AS adds, sum(is_remove) AS removes, sum(is_checkout) AS checkouts
    FROM ${tables.read('silver_interactions', cartColumns)}
    GROUP BY ALL`,
};
