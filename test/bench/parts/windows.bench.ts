/** Cost of a window per frame: fold, reduce, encode, decode, apply, emit, snapshot. Run: POLARS_MAX_THREADS=1 node dist/test/bench/parts/windows.bench.js */
import { performance } from 'node:perf_hooks';
import { readDataFrame, writeDataFrame } from '#columns/polars/data-frames';
import { emit } from '#windows/results/emit';
import { exampleEvent, exampleFrame, exampleSeed, exampleSpec } from '#windows/results/example-events';
import type { WindowSpec } from '#windows/spec/window-spec';
import { apply } from '#windows/state/apply';
import { foldEvents } from '#windows/state/fold-events';
import { decodePartials, encodePartials, reduce } from '#windows/state/partials';
import { snapshot } from '#windows/state/snapshot';
import { WindowState } from '#windows/state/state';

const revenue: WindowSpec = {
  name: 'revenue',
  sizeMs: 60_000,
  latenessMs: 60_000,
  key: ['city', 'height'],
  eventTime: 'at',
  measures: { revenue: { fn: 'sum', column: 'price' }, orders: { fn: 'count' } },
};
const specs = {
  'sum, count': revenue,
  'all measures, 2 distinct': { ...exampleSpec, sizeMs: 60_000, latenessMs: 60_000 },
};

function framesOf(rows: number, count: number) {
  return Array.from({ length: count }, (_, frame) =>
    readDataFrame(
      writeDataFrame(
        exampleFrame(
          Array.from({ length: rows }, (_, at) =>
            exampleEvent(frame * 1000 + (at % 1000), {
              city: `city${at % 10}`,
              height: at % 5,
              price: `${at % 100}.25`,
              units: at % 7,
              weight: at / 4,
              user: `user${at % 300}`,
            }),
          ),
        ),
        'lz4',
      ),
    ),
  );
}

function report(label: string, count: number, work: (at: number) => void): void {
  for (let at = 0; at < Math.min(10, count); at++) work(at);
  const start = performance.now();
  for (let at = 0; at < count; at++) work(at);
  console.log(`  ${label.padEnd(44)} ${(((performance.now() - start) / count) * 1000).toFixed(1).padStart(9)} µs`);
}

for (const rows of [50, 500, 5000]) {
  const frames = framesOf(rows, 60);
  for (const [name, spec] of Object.entries(specs)) {
    console.log(`${rows} events, ${name}`);
    const at = (index: number) => frames[index % frames.length]!;
    const partials = frames.map((frame) => reduce(frame, spec, exampleSeed));
    const encoded = partials.map(encodePartials);
    const state = new WindowState(spec, exampleSeed);
    report('fold', 60, (index) => foldEvents(state, at(index)));
    report('reduce', 60, (index) => void reduce(at(index), spec, exampleSeed));
    report('encode', 60, (index) => void encodePartials(partials[index % 60]!));
    report('decode', 60, (index) => void decodePartials(encoded[index % 60]!.bytes, spec, exampleSeed));
    report('apply', 60, (index) => apply(state, partials[index % 60]!));
    report('emit with nothing to do', 10_000, () => void emit(state, { closeMs: 0, purgeMs: 0, flush: false }));
    report('apply and publish', 20, (index) => {
      apply(state, partials[index]!);
      emit(state, { closeMs: null, purgeMs: null, flush: true });
    });
    report('apply and snapshot', 10, (index) => {
      apply(state, partials[index]!);
      Array.from(snapshot(state));
    });
  }
}
