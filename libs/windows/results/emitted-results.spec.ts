/** Results have the types that were announced, and come back from NDJSON unchanged. */
import { describe, expect, test } from '@jest/globals';
import { columnNames, rowCount } from '#columns/polars/data-frames';
import { describe as describeFrame } from '#columns/polars/describe';
import { rowsNdjson } from '#columns/polars/rows-ndjson';
import { resultsSpec } from '../spec/results-spec.js';
import type { WindowSpec } from '../spec/window-spec.js';
import { apply } from '../state/apply.js';
import { emitAll, exampleColumns, exampleEvent, examplePartials, exampleSpec, newState } from './example-events.js';
import { readResults } from './results-json.js';

function columnsOf(spec: WindowSpec) {
  const columns = resultsSpec(spec, exampleColumns);
  if ('problem' in columns) throw new Error(columns.problem);
  return columns;
}

const events = [
  exampleEvent(-1, { city: 'é "b"\n', price: '9999999999.99', units: 3, weight: 0.1, user: 'u' }),
  exampleEvent(5, { height: 9007199254740000, price: '-0.01' }),
  exampleEvent(6),
];
function linesOf(spec: WindowSpec, of: typeof events): readonly string[] {
  const state = newState(spec);
  apply(state, examplePartials(of, spec));
  return emitAll(state, { closeMs: null, purgeMs: null, flush: true }).lines;
}

describe('results', () => {
  test('have the types that were announced, and come back from NDJSON with the same values', () => {
    const lines = linesOf(exampleSpec, events);
    const read = readResults(Buffer.from(lines.join('')), columnsOf(exampleSpec));
    expect(describeFrame(read, columnNames(read)).map(({ name, type }) => ({ name, type }))).toEqual(
      columnsOf(exampleSpec).map(({ name, type }) => ({ name, type })),
    );
    const times = (line: string): object => JSON.parse(line.replace(/(:\d\d)(\.0+)?Z/g, '$1Z')) as object;
    expect(rowsNdjson(read).map(times)).toEqual(lines.map(times));
    expect(rowCount(readResults(Buffer.alloc(0), columnsOf(exampleSpec)))).toBe(0);
  });

  test('show milliseconds when windows are not whole seconds', () => {
    expect(linesOf({ ...exampleSpec, sizeMs: 250 }, [exampleEvent(260)])[0]).toContain(
      '"window_start":"1970-01-01T00:00:00.250Z"',
    );
  });

  test.each<[string, Partial<WindowSpec>, string]>([
    ['an unknown key', { key: ['town'] }, 'there is no column town: use one of at, city'],
    ['a sum of text', { measures: { x: { fn: 'sum', column: 'city' } } }, 'city is string: sum a number'],
    ['an event time that is no time', { eventTime: 'units' }, 'name a timestamp column'],
    ['a size of nothing', { sizeMs: 0 }, 'write a length of at least 1 ms'],
    ['negative lateness', { latenessMs: -1 }, 'write 0s or more'],
    ['no measures', { measures: {} }, 'measures nothing'],
    [
      'a measure named like a result column',
      { measures: { revision: { fn: 'count' } } },
      'give the key or measure another name',
    ],
    ['a measure named like a key', { measures: { city: { fn: 'count' } } }, 'city stands twice'],
    ['a hidden name', { measures: { _n: { fn: 'count' } } }, 'rename _n'],
  ])('are refused for %s, with the remedy', (_, change, remedy) => {
    expect(resultsSpec({ ...exampleSpec, ...change }, exampleColumns)).toEqual({
      problem: expect.stringContaining(remedy),
    });
  });
});
