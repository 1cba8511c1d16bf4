/** Dashboards that can be read: nothing overlaps, everything has a title, a unit and a sentence, and queries speak of metrics that exist. */
import { describe, expect, test } from '@jest/globals';
import { dashboards, type Panel, panelsOf, queriesOf } from './support/dashboards.js';
import { unknownLabels, unknownMetrics } from './support/metrics-in.js';

const columns = 24;
const boards = dashboards();

const overlap = ({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

test('there is one for the pipeline, one for a stage, one for the lake', () => {
  expect(boards.map(({ file, uid }) => [file, uid])).toEqual(
    ['lake', 'pipeline', 'stage'].map((name) => [`afluente-${name}.json`, `afluente-${name}`]),
  );
});

describe.each(boards)('$title', (board) => {
  const panels = panelsOf(board);

  test('is found by its tag, and says what it is for', () => {
    expect(board.tags).toEqual(['afluente']);
    expect(board.description).toMatch(/\.$/);
  });

  test('lets one choose the data source, the namespace and the pipeline', () => {
    expect(board.templating.list.slice(0, 3).map(({ name, type }) => [name, type])).toEqual([
      ['datasource', 'datasource'],
      ['namespace', 'query'],
      ['pipeline', 'query'],
    ]);
    for (const { datasource } of panels) expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
  });

  test('has panels within the grid that do not overlap', () => {
    for (const { gridPos, title } of board.panels)
      expect([title, gridPos.x >= 0 && gridPos.x + gridPos.w <= columns && gridPos.h > 0]).toEqual([title, true]);
    const pairs = board.panels.flatMap((a, i) =>
      board.panels
        .slice(i + 1)
        .filter((b) => overlap(a, b))
        .map((b) => `${a.title} / ${b.title}`),
    );
    expect(pairs).toEqual([]);
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
  });

  test('gives every panel a title of its own, a unit, and a sentence that says how to read it', () => {
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    const bare = panels.filter(
      ({ title, description, fieldConfig, targets }) =>
        !(
          title.length < 60 &&
          /^[A-Z0-9].*\.$/.test(description ?? '') &&
          fieldConfig?.defaults.unit &&
          targets?.length
        ),
    );
    expect(bare.map(({ title }) => title)).toEqual([]);
  });

  test('names its lines where there are several', () => {
    const grouped = panels.flatMap(({ title, targets = [] }) =>
      targets
        .filter(({ expr, legendFormat }) => /^\w+\(? ?by \(|by \(/.test(expr) && legendFormat === '')
        .map(() => title),
    );
    expect(grouped.filter((title) => !['Halted tasks', 'Tasks without owner', 'Tables'].includes(title))).toEqual([]);
  });

  test('asks for metrics and labels that services have, by variables that it defines', () => {
    const variables = new Set([...board.templating.list.map(({ name }) => name), '__rate_interval']);
    for (const { targets = [] } of panels) {
      for (const { expr } of targets)
        expect([...expr.matchAll(/\$(\w+)/g)].filter(([, name = '']) => !variables.has(name))).toEqual([]);
    }
    for (const { where, expr } of queriesOf(board, '1m'))
      expect([where, unknownMetrics(expr), unknownLabels(expr)]).toEqual([where, [], []]);
    for (const { definition = '' } of board.templating.list) expect(unknownMetrics(definition)).toEqual([]);
  });
});
