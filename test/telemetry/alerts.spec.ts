/** Alerts: each fires when it must and not otherwise, speaks of metrics that exist, and says what to do. */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir } from '../support/temp-dir.js';
import { alertFiles, alertRules, alertsFolder, ruleTests } from './support/alert-rules.js';
import { unknownLabels, unknownMetrics } from './support/metrics-in.js';
import { findProgram, prometheusMsMax, promtool } from './support/promtool.js';

beforeAll(() => findProgram('promtool'), prometheusMsMax);

const rules = alertRules();
const runbooks = join(projectRoot, 'docs', 'runbooks');
/** AfluenteTaskHalted → task-halted.md */
const pageOf = (alert: string): string =>
  `${alert
    .replace('Afluente', '')
    .replace(/(?<=.)[A-Z]/g, '-$&')
    .toLowerCase()}.md`;

describe('promtool', () => {
  test('finds no fault with the rules', async () => {
    expect(await promtool(['check', 'rules', ...alertFiles('.rules.yaml')])).toMatchObject({ ok: true });
  });

  test('runs the unit tests of the rules, and they hold', async () => {
    const { ok, output } = await promtool(['test', 'rules', ...alertFiles('.test.yaml')]);
    expect(ok ? '' : output).toBe('');
  });

  test.each([
    ['never', 'vector(1) > 2'],
    ['always', 'vector(1)'],
  ])('sees it when a rule fires %s', async (_, expr) => {
    const folder = makeTempDir('alerts');
    try {
      for (const path of alertFiles('.test.yaml')) copyFileSync(path, join(folder.path, basename(path)));
      for (const path of alertFiles('.rules.yaml'))
        writeFileSync(
          join(folder.path, basename(path)),
          readFileSync(path, 'utf8').replace(/max by .* \(afluente_halted\) == 1\n/, `${expr}\n`),
        );
      const { ok, output } = await promtool([
        'test',
        'rules',
        ...alertFiles('.test.yaml').map((path) => join(folder.path, basename(path))),
      ]);
      expect([ok, output]).toEqual([false, expect.stringContaining('AfluenteTaskHalted')]);
    } finally {
      folder.remove();
    }
  });
});

describe.each(rules)('$alert', ({ alert, expr, labels, annotations }) => {
  test('has a test in which it fires and one in which it does not', () => {
    const outcomes = ruleTests()
      .flatMap((one) => one.alert_rule_test)
      .filter(({ alertname }) => alertname === alert)
      .map(({ exp_alerts: alerts }) => alerts.length > 0);
    expect([...new Set(outcomes)].sort()).toEqual([false, true]);
  });

  test('speaks of metrics and labels that services have', () => {
    expect([unknownMetrics(expr), unknownLabels(expr)]).toEqual([[], []]);
  });

  test('has a severity, says what is wrong, and leads to its runbook', () => {
    expect(['critical', 'warning']).toContain(labels['severity']);
    expect(annotations).toEqual({
      summary: expect.stringMatching(/.{15}/),
      description: expect.stringMatching(/\.$/),
      runbook_url: expect.stringContaining(`/docs/runbooks/${pageOf(alert)}`),
    });
    const page = readFileSync(join(runbooks, pageOf(alert)), 'utf8');
    expect(page.startsWith(`# ${alert}\n\n**Severity:** ${labels['severity']}\n`)).toBe(true);
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
      'What it means',
      'What to look at',
      'What to do',
    ]);
  });
});

describe('the runbooks', () => {
  const pages = readdirSync(runbooks);

  test('are one for each alert', () => {
    expect(pages.filter((page) => page !== 'README.md').sort()).toEqual(rules.map(({ alert }) => pageOf(alert)).sort());
  });

  test.each(pages)('%s names metrics that exist and leads to pages that exist', (page) => {
    const text = readFileSync(join(runbooks, page), 'utf8');
    expect(unknownMetrics(text)).toEqual([]);
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(join(runbooks, link)))).toEqual([]);
  });
});

test('the folder of alerts holds rules and tests, as Prometheus and the chart expect them by their endings', () => {
  expect(readdirSync(alertsFolder).filter((name) => !/\.(rules|test)\.yaml$/.test(name))).toEqual([]);
});
