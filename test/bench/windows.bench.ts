/** Cost of a window per frame: reduce, encode, decode, apply, emit. Run: POLARS_MAX_THREADS=1 node dist/test/bench/windows.bench.js */
import { performance } from 'node:perf_hooks';
import { apply } from '#windows/apply';
import { decodeDelta, encodeDelta } from '#windows/delta';
import { emit } from '#windows/emit';
import { exampleEvent, exampleFrame, exampleSpec } from '#windows/example-events';
import { reduce } from '#windows/reduce';
import { snapshot } from '#windows/snapshot';
import { emptyState, type WindowState } from '#windows/state';
import type { WindowSpec } from '#windows/window-spec';

const revenue: WindowSpec = {
  name: 'revenue', sizeMs: 60_000, latenessMs: 60_000, key: ['city', 'height'], eventTime: 'at',
  measures: { revenue: { fn: 'sum', column: 'price' }, orders: { fn: 'count' } },
};
const specs = { 'sum, count': revenue, 'all measures, 2 distinct': { ...exampleSpec, sizeMs: 60_000, latenessMs: 60_000 } };

function framesOf(rows: number, count: number) {
  return Array.from({ length: count }, (_, frame) => exampleFrame(Array.from({ length: rows }, (_, at) => exampleEvent(frame * 1000 + at % 1000, {
    city: `city${at % 10}`, height: at % 5, price: `${at % 100}.25`, units: at % 7, weight: at / 4, user: `user${at % 300}`,
  }))));
}

function report(label: string, count: number, work: (at: number) => void): void {
  for (let at = 0; at < Math.min(10, count); at++) work(at);
  const start = performance.now();
  for (let at = 0; at < count; at++) work(at);
  console.log(`  ${label.padEnd(44)} ${((performance.now() - start) / count * 1000).toFixed(1).padStart(9)} µs`);
}

for (const rows of [500, 5000]) {
  const frames = framesOf(rows, 60);
  for (const [name, spec] of Object.entries(specs)) {
    console.log(`${rows} events, ${name}`);
    const at = (index: number) => frames[index % frames.length] ?? frames.slice(-1)[0] ?? exampleFrame([]);
    const deltas = frames.map((frame) => reduce(frame, spec));
    const encoded = deltas.map(encodeDelta);
    report('reduce', 60, (index) => void reduce(at(index), spec));
    report('encode', 60, (index) => void encodeDelta(deltas[index] ?? reduce(at(index), spec)));
    report('decode', 60, (index) => void decodeDelta(encoded[index] ?? []));
    let state: WindowState = emptyState(spec);
    report('apply (merging included when it happens)', 60, (index) => { state = apply(state, deltas[index] ?? reduce(at(index), spec)); });
    report('emit with nothing to do', 10_000, () => void emit(state, { closeMs: 0, purgeMs: 0, flush: false }));
    report('emit that merges and publishes', 20, () => void emit(state, { closeMs: null, purgeMs: null, flush: true }));
    report('snapshot', 10, () => void snapshot(state));
  }
}
