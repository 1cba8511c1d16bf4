/** What Prometheus reads: counters that add up, gauges as the tasks are at the scrape. */
import { describe, expect, test } from '@jest/globals';
import { Metrics, type TaskReading } from './metrics.js';

/** Our own lines, without buckets and without the label that all have. */
async function scrape(metrics: Metrics): Promise<string[]> {
  const lines = (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('afluente_') && !line.includes('_bucket{'));
  for (const line of lines) expect(line).toContain('service="validate"');
  return lines.map((line) => line.replace(/service="validate",|,service="validate"/, ''));
}

describe('the metrics of a service', () => {
  test('count rows by task and section, steps and duplicates', async () => {
    const metrics = new Metrics('validate', () => []);
    metrics.stepped({ task: 'v.0', frames: 3, seconds: 0.25, rows: [['ok', 5], ['late', 1], ['ok', 2]], duplicates: 4 });
    metrics.stepped({ task: 'v.0', frames: 1, seconds: 0.5, rows: [], duplicates: 0 });
    expect(await scrape(metrics)).toEqual(expect.arrayContaining([
      'afluente_frames_total{task="v.0"} 4',
      'afluente_rows_total{task="v.0",section="ok"} 7',
      'afluente_rows_total{task="v.0",section="late"} 1',
      'afluente_duplicates_total{task="v.0"} 4',
      'afluente_step_seconds_sum{task="v.0"} 0.75',
      'afluente_step_seconds_count{task="v.0"} 2',
    ]));
  });

  test('count events, commits and recoveries', async () => {
    const metrics = new Metrics('validate', () => []);
    metrics.ingested('orders', 7);
    metrics.ingested('orders', 0);
    metrics.recovered('t');
    metrics.refused('t');
    metrics.committed('silver', 10, 0.5);
    metrics.committed('silver', 5, 1);
    expect(await scrape(metrics)).toEqual(expect.arrayContaining([
      'afluente_ingested_events_total{source="orders"} 7',
      'afluente_recoveries_total{task="t"} 1',
      'afluente_refused_frames_total{task="t"} 1',
      'afluente_commits_total{table="silver"} 2',
      'afluente_committed_rows_total{table="silver"} 15',
      'afluente_commit_seconds_sum{table="silver"} 1.5',
    ]));
  });

  test('show each task as it is when they are read', async () => {
    let readings: TaskReading[] = [{ task: 'a', state: 'running', waiting: 2, watermarkMs: 1500 }, { task: 'b', state: 'halted', waiting: 0, watermarkMs: null }];
    const metrics = new Metrics('validate', () => readings);
    const gauges = async () => (await scrape(metrics)).filter((line) => /^afluente_(waiting|halted|watermark)/.test(line)).sort();
    expect(await gauges()).toEqual([
      'afluente_halted{task="a"} 0', 'afluente_halted{task="b"} 1',
      'afluente_waiting{task="a"} 2', 'afluente_waiting{task="b"} 0',
      'afluente_watermark_seconds{task="a"} 1.5',
    ]);
    readings = [{ task: 'a', state: 'halted', waiting: 0, watermarkMs: 2000 }];
    expect(await gauges()).toEqual(expect.arrayContaining(['afluente_halted{task="a"} 1', 'afluente_watermark_seconds{task="a"} 2']));
  });
});
