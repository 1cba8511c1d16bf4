/** What the frames of one step say about time, and the names of logs. */
import { describe, expect, test } from '@jest/globals';
import { frontStreamOf, objectsBucketOf, streamOf, subjectOf, tasksBucketOf } from './log-name.js';
import { type InputFrame, lastHead, timeOf } from './step.js';

describe('the frames of one step', () => {
  const step = { rowsAll: 10, watermarkMs: 500, idle: true };

  // rows       ──1──2──3──┊──4──5──
  // watermark  100        ┊       500: window [0, 200) may close only behind row 5
  test('move the watermark with the last one, because rows still follow the others', () => {
    expect(timeOf(step, 3, 100)).toEqual({ watermarkMs: 100, idle: false });
    expect(timeOf(step, 9, null)).toEqual({ watermarkMs: null, idle: false });
    expect(timeOf(step, 10, 100)).toEqual({ watermarkMs: 500, idle: true });
  });

  test('start from what the last frame of the batch says about time', () => {
    const frames = [1, 2].map(
      (seq): InputFrame => ({
        input: 0,
        seq,
        hash: '',
        sections: [],
        head: { inputs: [], prev: '', watermarkMs: seq, idle: false, logic: 'v', sections: [] },
      }),
    );
    expect(lastHead(frames).watermarkMs).toBe(2);
  });
});

describe('names', () => {
  test('say pipeline, stage, source and partition', () => {
    const log = { pipeline: 'shop', stage: 'raw', origin: 'orders', partition: 3 } as const;
    expect([
      streamOf(log),
      subjectOf(log),
      frontStreamOf('shop', 'orders'),
      tasksBucketOf('shop'),
      objectsBucketOf('shop'),
    ]).toEqual([
      'afl_shop_raw_orders_3',
      'afl.shop.raw.orders.3',
      'afl_shop_front_orders',
      'afl_shop_tasks',
      'afl_shop_objects',
    ]);
  });
});
