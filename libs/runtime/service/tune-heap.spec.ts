/** How often V8 marks the heap of a service, in a process of its own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { youngHeap } from '../settings/settings.js';

interface Collections {
  readonly minor: number;
  readonly major: number;
}

/** As lake-writer reads messages: a heap that does not change, pieces that are garbage at once, messages that are kept for a while. */
const work = `
  import { constants, PerformanceObserver } from 'node:perf_hooks';
  const heap = Array.from({ length: 250_000 }, (_, i) => ({ i, text: 'x' + i }));
  const kinds = [];
  new PerformanceObserver((list) => kinds.push(...list.getEntries().map(({ detail }) => detail.kind))).observe({ entryTypes: ['gc'] });
  let kept = [];
  for (let i = 0; i < 1_000; i++) {
    for (let piece = 0; piece < 8; piece++) new Uint8Array(65_536).fill(1);
    kept = kept.length === 20 ? [] : [...kept, new Uint8Array(524_288).fill(2)];
    await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  const count = (kind) => kinds.filter((one) => one === kind).length;
  process.stdout.write(JSON.stringify({ minor: count(constants.NODE_PERFORMANCE_GC_MINOR), major: count(constants.NODE_PERFORMANCE_GC_MAJOR), heap: heap.length }));
`;

async function collections(before: string): Promise<Collections> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    youngHeap,
    '--input-type=module',
    '--eval',
    before + work,
  ]);
  return JSON.parse(stdout) as Collections;
}

test('buffers that come and go seldom mark the heap', async () => {
  const tuned = await collections(
    `const { tuneHeap } = await import(${JSON.stringify(new URL('./tune-heap.ts', import.meta.url).href)}); tuneHeap();`,
  );
  const untouched = await collections('');
  expect(tuned.major).toBeLessThan(untouched.major / 2);
  expect(tuned.minor).toBeGreaterThan(20);
});
