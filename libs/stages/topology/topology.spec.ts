/** Every log has one writer, and its readers are known: trimming and fencing stand on it. */
import { describe, expect, test } from '@jest/globals';
import { streamOf } from '#frame/log-name';
import { isLocal } from '../define/per.js';
import { examplePipeline } from './example-pipeline.js';
import {
  logsReadBy as inputs,
  logsWrittenBy as outputs,
  readersOf,
  serviceOf,
  type Task,
  topologyOf,
} from './topology.js';

const pipeline = examplePipeline();
const topology = topologyOf({ pipeline, enriched: {} });
const named = (name: string): Task => topology.tasks.find((task) => task.name === name)!;

describe('the tasks of a pipeline', () => {
  test('write every log once', () => {
    const written = topology.tasks.flatMap(outputs).map(streamOf);
    expect(new Set(written).size).toBe(written.length);
  });

  test('read only logs that another task writes', () => {
    const written = new Set(topology.tasks.flatMap(outputs).map(streamOf));
    for (const task of topology.tasks) for (const input of inputs(task)) expect(written).toContain(streamOf(input));
  });

  test('have names of their own that a key-value bucket takes', () => {
    const names = topology.tasks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[-\w]+(\.[-\w]+)*$/);
  });

  test('are spread over five services', () => {
    const counts = Map.groupBy(topology.tasks, serviceOf);
    expect(Object.fromEntries([...counts].map(([service, tasks]) => [service, tasks.length]))).toEqual({
      ingest: 2,
      validate: 4,
      enrich: 4,
      aggregate: 8,
      'lake-writer': 9,
    });
  });

  test('carry a partition from ingest to the lake', () => {
    expect(named('validate.orders.2')).toMatchObject({
      inputs: [{ stage: 'raw', origin: 'orders', partition: 2 }],
      output: { stage: 'valid', origin: 'orders', partition: 2 },
    });
    expect(named('enrich.orders.2')).toMatchObject({
      inputs: [{ stage: 'valid', partition: 2 }],
      output: { stage: 'enriched', partition: 2 },
    });
    expect(named('lake.sales')).toMatchObject({
      inputs: [0, 1, 2].map((partition) => ({ stage: 'enriched', origin: 'orders', partition })),
    });
    expect(named('lake.bronze_orders')).toMatchObject({
      inputs: [0, 1, 2].map((partition) => ({ stage: 'raw', origin: 'orders', partition })),
    });
    expect(named('lake.quarantine_orders')).toMatchObject({
      inputs: [
        ...[
          ['enriched', 'orders'],
          ['partials', 'by_city'],
        ].flatMap(([stage, origin]) => [0, 1, 2].map((partition) => ({ stage, origin: origin, partition }))),
        { stage: 'results', origin: 'by_city', partition: 0 },
        ...[0, 1, 2].map((partition) => ({ stage: 'results', origin: 'by_user', partition })),
      ],
    });
  });

  test("take events from a stream of our own, or from the user's with its filter", () => {
    expect(named('ingest.orders')).toMatchObject({ front: { stream: 'afl_shop_front_orders', own: true, filter: [] } });
    expect(named('ingest.visits')).toMatchObject({ front: { stream: 'VISITS', own: false, filter: ['visits.>'] } });
  });
});

describe('a window', () => {
  test('is local where its key holds the partition key, or where there is one partition', () => {
    expect(Object.values(pipeline.windows).map((window) => isLocal(pipeline, window))).toEqual([false, true, true]);
    expect(named('window.by_user.1')).toMatchObject({
      inputs: [{ stage: 'enriched', partition: 1 }],
      output: { stage: 'results', origin: 'by_user', partition: 1 },
    });
    expect(named('lake.gold_by_user')).toMatchObject({
      inputs: [0, 1, 2].map((partition) => ({ stage: 'results', partition })),
    });
  });

  test('goes in two phases otherwise: one task merges what each partition reduced', () => {
    expect(named('reduce.by_city.1')).toMatchObject({
      inputs: [{ stage: 'enriched', partition: 1 }],
      output: { stage: 'partials', origin: 'by_city', partition: 1 },
    });
    expect(named('merge.by_city')).toMatchObject({
      inputs: [0, 1, 2].map((partition) => ({ stage: 'partials', origin: 'by_city', partition })),
      output: { stage: 'results', origin: 'by_city', partition: 0 },
    });
    expect(inputs(named('lake.gold_by_city'))).toHaveLength(1);
  });
});

describe('the readers of a log', () => {
  const readers = (stage: 'raw' | 'valid' | 'enriched' | 'partials' | 'results', origin: string): string[] =>
    readersOf(topology, { pipeline: 'shop', stage, origin, partition: 0 });

  test('are all tasks that need its frames', () => {
    expect(readers('raw', 'orders')).toEqual(['validate.orders.0', 'lake.bronze_orders']);
    expect(readers('valid', 'orders')).toEqual(['enrich.orders.0']);
    expect(readers('enriched', 'orders').sort()).toEqual([
      'lake.quarantine_orders',
      'lake.sales',
      'reduce.by_city.0',
      'window.by_user.0',
    ]);
    expect(readers('partials', 'by_city')).toEqual(['merge.by_city', 'lake.quarantine_orders']);
    expect(readers('results', 'by_user').sort()).toEqual(['lake.gold_by_user', 'lake.quarantine_orders']);
  });

  test('are some for every log: none fills up for want of one', () => {
    for (const log of topology.tasks.flatMap(outputs)) expect(readersOf(topology, log)).not.toEqual([]);
  });
});

describe('when the number of partitions has changed', () => {
  const changed = topologyOf({
    pipeline: examplePipeline((text) => text.replace('partitions: 3', 'partitions: [4, 6]')),
    enriched: {},
  });
  const task = (name: string): Task => changed.tasks.find((one) => one.name === name)!;

  test('each generation has logs and tasks of its own, and what is of all partitions goes on', () => {
    const ofOrders = changed.tasks.filter(({ name }) => name.startsWith('validate.orders')).map(({ name }) => name);
    expect(ofOrders).toEqual(
      ['0', '1', '2', '3', 'g1p0', 'g1p1', 'g1p2', 'g1p3', 'g1p4', 'g1p5'].map(
        (partition) => `validate.orders.${partition}`,
      ),
    );
    expect(outputs(task('enrich.orders.g1p5')).map(streamOf)).toEqual(['afl_shop_enriched_orders_g1p5']);
    expect(inputs(task('merge.by_city')).map(streamOf)).toEqual(
      [...outputs(task('ingest.orders'))].map((log) => streamOf({ ...log, stage: 'partials', origin: 'by_city' })),
    );
    expect(outputs(task('merge.by_city')).map(streamOf)).toEqual(['afl_shop_results_by_city_0']);
    for (const log of changed.tasks.flatMap(outputs)) expect(readersOf(changed, log)).not.toEqual([]);
  });

  test('tasks with a state inherit from those that may have had their keys, the others from none', () => {
    expect(task('validate.orders.g1p3')).toMatchObject({
      inherits: [1, 3].map((partition) => ({ stage: 'valid', origin: 'orders', partition })),
    });
    expect(task('window.by_user.g1p4')).toMatchObject({
      inherits: [0, 2].map((partition) => ({ stage: 'results', origin: 'by_user', partition })),
    });
    for (const name of ['validate.orders.1', 'enrich.orders.g1p3', 'reduce.by_city.g1p3', 'merge.by_city'])
      expect(task(name)).not.toHaveProperty('inherits');
  });
});
