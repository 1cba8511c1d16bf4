/** The SQL of the examples gives the columns and values that their windows and checks rely on. */
import { describe, expect, test } from '@jest/globals';
import { windowsOf } from '#pipeline/model/window-facts';
import { enrich } from '#stages/kinds/enrich';
import { parseMeasure } from '#windows/spec/measure';
import { StageTester, type Written } from '../test/support/stages/stage-tester.js';
import type { Example, Published } from './example.js';
import { example as flights } from './flights/example.js';
import { example as salesTech } from './sales-tech/example.js';

const testerOf = ({ name }: Example): StageTester => StageTester.open(`examples/${name}`);

/** What enrich gives for the accepted ones of the first events of a source; and what was expected of them. */
async function enriched(example: Example, source: string): Promise<Pick<Written, 'rows'> & { sent: Published[] }> {
  const sent: Published[] = [];
  for await (const batch of example.events({ count: 2_000, seed: 2, startMs: Date.UTC(2026, 4, 4) }))
    sent.push(...batch.filter(({ expect: due }) => due.source === source && due.table === 'silver'));
  const run = testerOf(example).run(
    source,
    sent.map(({ payload }) => payload),
  );
  return { rows: run.writtenBy(enrich).rows, sent };
}

describe('the SQL of the examples', () => {
  test.each<[string, Example]>([
    ['transactions', salesTech],
    ['interactions', salesTech],
    ['flights', flights],
  ])('keeps every event of %s and has the columns of its windows', async (source, example) => {
    const { rows, sent } = await enriched(example, source);
    expect(rows).toHaveLength(sent.length);
    for (const window of windowsOf(testerOf(example).topology.pipeline, source)) {
      const columns = [...window.key, ...Object.values(window.measures).flatMap(columnOf)];
      expect(Object.keys(rows[0]!)).toEqual(expect.arrayContaining(columns));
    }
  });

  test('multiplies money exactly', async () => {
    const { rows, sent } = await enriched(salesTech, 'transactions');
    expect(rows).toHaveLength(sent.length);
    const due = new Map(
      sent.map(({ expect: due }) => (due.table === 'silver' ? [due.eventId, due.totalCents] : ['', 0])),
    );
    for (const { event_id, total, category, region } of rows) {
      expect(String(total).replace('.', '')).toBe(String(due.get(String(event_id))));
      expect([category, region]).toEqual([expect.any(String), expect.any(String)]);
    }
  });
});

function columnOf(text: string): string[] {
  const measure = parseMeasure(text);
  if ('problem' in measure) throw new Error(measure.problem);
  return 'column' in measure ? [measure.column] : [];
}
