/** What Prometheus reads: counters that add up, gauges as the tasks are at the scrape. */
import { describe, expect, test } from '@jest/globals';
import { metricSpecs } from './metric-specs.js';
import { Metrics } from './metrics.js';
import type { TaskReading } from './task-gauges.js';

/** Our own lines, without buckets and without the label that all have. */
async function scrape(metrics: Metrics): Promise<string[]> {
  const lines = (await metrics.registry.metrics())
    .split('\n')
    .filter((line) => line.startsWith('afluente_') && !line.includes('_bucket{'));
  for (const line of lines) expect(line).toContain('service="validate"');
  return lines.map((line) => line.replace(/service="validate",|,service="validate"/, ''));
}

const reading = (task: string, more: Partial<TaskReading> = {}): TaskReading => ({
  task,
  state: 'running',
  idle: false,
  watermarkMs: null,
  lag: { messages: 0, events: 0, seconds: 0 },
  streams: [],
  ...more,
});

describe('the metrics of a service', () => {
  test('count rows by task and section, and time steps by stage, whatever the partition', async () => {
    const metrics = new Metrics('validate', () => []);
    metrics.stepped({
      task: 'v.o.0',
      frames: 3,
      inputRows: 12,
      seconds: 0.25,
      rows: [
        ['ok', 5],
        ['late', 1],
        ['ok', 2],
      ],
    });
    metrics.stepped({ task: 'v.o.1', frames: 1, inputRows: 0, seconds: 0.5, rows: [] });
    expect(await scrape(metrics)).toEqual(
      expect.arrayContaining([
        'afluente_frames_total{task="v.o.0"} 3',
        'afluente_input_rows_total{task="v.o.0"} 12',
        'afluente_rows_total{task="v.o.0",section="ok"} 7',
        'afluente_rows_total{task="v.o.0",section="late"} 1',
        'afluente_step_seconds_sum{stage="v.o"} 0.75',
        'afluente_step_seconds_count{stage="v.o"} 2',
      ]),
    );
  });

  test('count events, commits, failures and what was held back', async () => {
    const metrics = new Metrics('validate', () => []);
    metrics.ingested('orders', 7, 700);
    metrics.ingested('orders', 0, 0);
    metrics.heldBack('orders', 4, { late: 2, malformed_json: 1 });
    metrics.recovered('t');
    metrics.refused('t');
    metrics.redelivered('t');
    metrics.notAppended('t', 'conflict');
    metrics.published('t.7', 0.5);
    metrics.asked('put', 0.5, true);
    metrics.asked('put', 0.5, false);
    metrics.committed('silver', { rows: 10, files: 2, bytes: 900, seconds: 0.5 });
    metrics.committed('silver', { rows: 5, files: 1, bytes: 100, seconds: 1 });
    expect(await scrape(metrics)).toEqual(
      expect.arrayContaining([
        'afluente_ingested_events_total{source="orders"} 7',
        'afluente_ingested_bytes_total{source="orders"} 700',
        'afluente_duplicate_events_total{source="orders"} 4',
        'afluente_quarantined_events_total{source="orders",reason="late"} 2',
        'afluente_quarantined_events_total{source="orders",reason="malformed_json"} 1',
        'afluente_recoveries_total{task="t"} 1',
        'afluente_refused_frames_total{task="t"} 1',
        'afluente_redelivered_messages_total{task="t"} 1',
        'afluente_append_failures_total{task="t",reason="conflict"} 1',
        'afluente_publish_seconds_sum{stage="t"} 0.5',
        'afluente_store_errors_total{operation="put"} 1',
        'afluente_store_request_seconds_count{operation="put"} 2',
        'afluente_commits_total{table="silver"} 2',
        'afluente_committed_rows_total{table="silver"} 15',
        'afluente_committed_files_total{table="silver"} 3',
        'afluente_committed_bytes_total{table="silver"} 1000',
        'afluente_commit_seconds_sum{table="silver"} 1.5',
      ]),
    );
  });

  test('begin at 0 where a task, source or table is served: the first time of anything is an increase', async () => {
    const metrics = new Metrics('validate', () => []);
    metrics.serves(8, '1.2.3', 'abc');
    metrics.started('t');
    metrics.startedSteps('t');
    metrics.servesSource('orders', ['late']);
    metrics.servesTable('silver');
    expect(await scrape(metrics)).toEqual(
      expect.arrayContaining(
        [
          'afluente_tasks 8',
          'afluente_pipeline_info{version="1.2.3",logic="abc"} 1',
          'afluente_recoveries_total{task="t"} 0',
          'afluente_refused_frames_total{task="t"} 0',
          'afluente_append_failures_total{task="t",reason="conflict"} 0',
          'afluente_append_failures_total{task="t",reason="full"} 0',
          'afluente_append_failures_total{task="t",reason="unclear"} 0',
          'afluente_quarantined_events_total{source="orders",reason="late"} 0',
          'afluente_commits_total{table="silver"} 0',
          'afluente_store_errors_total{operation="put_if_absent"} 0',
        ].map((line) => line.replace('afluente_tasks ', 'afluente_tasks{service="validate"} ')),
      ),
    );
  });

  test('count a lost connection once, and show whether there is one', async () => {
    const metrics = new Metrics('validate', () => []);
    for (const connected of [true, false, true]) metrics.connected(connected);
    expect(await scrape(metrics)).toEqual(
      expect.arrayContaining([
        'afluente_nats_connected{service="validate"} 1',
        'afluente_nats_disconnects_total{service="validate"} 1',
      ]),
    );
  });

  test('show each task as it is when they are read, and nothing of a task that has left', async () => {
    let readings: TaskReading[] = [
      reading('a', {
        watermarkMs: 1500,
        lag: { messages: 2, events: 40, seconds: 1.5 },
        streams: [{ stream: 'log', ratio: 0.25 }],
      }),
      reading('b', { state: 'halted', idle: true, table: { name: 'silver', uncommittedRows: 3, committedMs: 2500 } }),
    ];
    const metrics = new Metrics('validate', () => readings);
    const gauges = async () => (await scrape(metrics)).filter((line) => /"(a|b|silver|log)"/.test(line)).sort();
    expect(await gauges()).toEqual([
      'afluente_halted{task="a"} 0',
      'afluente_halted{task="b"} 1',
      'afluente_idle{task="a"} 0',
      'afluente_idle{task="b"} 1',
      'afluente_lag_events{task="a"} 40',
      'afluente_lag_events{task="b"} 0',
      'afluente_lag_messages{task="a"} 2',
      'afluente_lag_messages{task="b"} 0',
      'afluente_lag_seconds{task="a"} 1.5',
      'afluente_lag_seconds{task="b"} 0',
      'afluente_last_commit_timestamp_seconds{table="silver"} 2.5',
      'afluente_running{task="a"} 1',
      'afluente_running{task="b"} 0',
      'afluente_stream_fill_ratio{stream="log"} 0.25',
      'afluente_suspect{task="a"} 0',
      'afluente_suspect{task="b"} 0',
      'afluente_uncommitted_rows{table="silver"} 3',
      'afluente_watermark_timestamp_seconds{task="a"} 1.5',
    ]);
    readings = [reading('a', { state: 'halted' })];
    expect((await gauges()).map((line) => line.split(' ')[0])).toEqual(
      ['halted', 'idle', 'lag_events', 'lag_messages', 'lag_seconds', 'running', 'suspect'].map(
        (name) => `afluente_${name}{task="a"}`,
      ),
    );
  });

  test('are all in one registry, under the label of their pipeline', async () => {
    const metrics = new Metrics('validate', () => [reading('a')], { pipeline: 'shop' });
    const names = (await metrics.registry.getMetricsAsJSON())
      .map(({ name }) => name)
      .filter((name) => name.startsWith('afluente_'));
    expect(names.sort()).toEqual(
      Object.values(metricSpecs)
        .map(({ name }) => name)
        .sort(),
    );
    expect(await metrics.registry.metrics()).toContain(
      'afluente_halted{task="a",service="validate",pipeline="shop"} 0',
    );
  });

  test.each(Object.values(metricSpecs))('$name keeps the conventions of Prometheus', ({ name, type, help }) => {
    expect(name).toMatch(/^afluente_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (type === 'histogram') expect(name).toMatch(/_(seconds|bytes)$/);
    expect(help).toMatch(/^[A-Z1][^.]*[^.]$/);
  });
});
