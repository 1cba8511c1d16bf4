/** Results have the types that were announced, and come back from NDJSON unchanged. */
import { describe, expect, test } from '@jest/globals';
import { columnNames, describe as describeFrame, rowCount } from '#columns/frames';
import { apply } from './apply.js';
import { emit } from './emit.js';
import { exampleColumns, exampleDelta, exampleEvent, exampleSpec } from './example-events.js';
import { readResults, resultsNdjson } from './results-json.js';
import { resultsSpec } from './results-spec.js';
import { emptyState } from './state.js';
import type { WindowSpec } from './window-spec.js';

function columnsOf(spec: WindowSpec) {
  const columns = resultsSpec(spec, exampleColumns);
  if ('problem' in columns) throw new Error(columns.problem);
  return columns;
}

const events = [
  exampleEvent(-1, { city: 'é "b"\n', price: '9999999999.99', units: 3, weight: 0.1, user: 'u' }),
  exampleEvent(5, { height: 9007199254740000, price: '-0.01' }), exampleEvent(6),
];
const { results } = emit(apply(emptyState(exampleSpec), exampleDelta(events)), { closeMs: null, purgeMs: null, flush: true });

describe('results', () => {
  test('have the types that were announced', () => {
    if (results === null) throw new Error('nothing was published');
    const types = describeFrame(results, columnNames(results)).map(({ name, type }) => ({ name, type }));
    expect(types).toEqual(columnsOf(exampleSpec).map(({ name, type }) => ({ name, type })));
  });

  test('come back from NDJSON with the same types and values', () => {
    if (results === null) throw new Error('nothing was published');
    const lines = resultsNdjson(results, exampleSpec);
    const read = readResults(lines, columnsOf(exampleSpec));
    expect(describeFrame(read, columnNames(read))).toEqual(describeFrame(results, columnNames(results)));
    expect(resultsNdjson(read, exampleSpec).toString()).toBe(lines.toString());
    expect(rowCount(readResults(Buffer.alloc(0), columnsOf(exampleSpec)))).toBe(0);
  });

  test('show milliseconds when windows are not whole seconds', () => {
    const spec = { ...exampleSpec, sizeMs: 250 };
    const emission = emit(apply(emptyState(spec), exampleDelta([exampleEvent(260)], spec)), { closeMs: null, purgeMs: null, flush: true });
    if (emission.results === null) throw new Error('nothing was published');
    expect(resultsNdjson(emission.results, spec).toString()).toContain('"window_start":"1970-01-01T00:00:00.250Z"');
  });

  test.each<[string, Partial<WindowSpec>, string]>([
    ['an unknown key', { key: ['town'] }, 'there is no column town: use one of at, city'],
    ['a sum of text', { measures: { x: { fn: 'sum', column: 'city' } } }, 'city is string: sum a number'],
    ['an event time that is no time', { eventTime: 'units' }, 'name a timestamp column'],
    ['a size of nothing', { sizeMs: 0 }, 'write a length of at least 1 ms'],
    ['negative lateness', { latenessMs: -1 }, 'write 0s or more'],
    ['no measures', { measures: {} }, 'measures nothing'],
    ['a measure named like a result column', { measures: { revision: { fn: 'count' } } }, 'give the key or measure another name'],
    ['a measure named like a key', { measures: { city: { fn: 'count' } } }, 'city stands twice'],
    ['a hidden name', { measures: { _n: { fn: 'count' } } }, 'rename _n'],
  ])('are refused for %s, with the mend', (_, change, mend) => {
    expect(resultsSpec({ ...exampleSpec, ...change }, exampleColumns)).toEqual({ problem: expect.stringContaining(mend) });
  });
});
