/** How a release is watched: metrics, alerts, dashboards and traces, and the test of the whole way that Helm runs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { projectRoot } from '../support/project-root.js';
import { chartFolder, release, serviceNames, valuesFile } from './support/chart-folder.js';
import { findHelm, helmMsMax, render, runHelm } from './support/helm.js';
import { environmentOf, ofKind, oneOf, podNamed } from './support/manifest.js';

beforeAll(findHelm, helmMsMax);

/** Texts of the files below deploy/. */
function filesOf(folder: string, ending: string): string[] {
  const path = join(projectRoot, 'deploy', folder);
  return existsSync(path)
    ? readdirSync(path)
        .filter((name) => name.endsWith(ending))
        .map((name) => readFileSync(join(path, name), 'utf8'))
    : [];
}

describe('monitoring', () => {
  test('scrapes the five services by their pods, so that the label service stays ours', async () => {
    const { metadata, spec } = oneOf(await render('monitoring'), 'PodMonitor');
    expect(metadata.labels).toMatchObject({ release: 'prometheus' });
    expect(spec).toMatchObject({
      selector: {
        matchLabels: release,
        matchExpressions: [{ key: 'app.kubernetes.io/component', values: [...serviceNames] }],
      },
      podMetricsEndpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }],
    });
  });

  test('brings every alert and dashboard of the project', async () => {
    const manifests = await render('monitoring');
    const groups = oneOf(manifests, 'PrometheusRule').spec?.['groups'] as { name: string; rules: unknown[] }[];
    const original = filesOf('alerts', '.rules.yaml').flatMap(
      (text) => (parse(text) as { groups: typeof groups }).groups,
    );
    expect(groups).toEqual(original);
    expect(groups.flatMap(({ rules }) => rules).length).toBeGreaterThan(10);
    const dashboards = ofKind(manifests, 'ConfigMap').filter(
      ({ metadata }) => metadata.labels?.['grafana_dashboard'] === '1',
    );
    expect(dashboards.flatMap(({ data }) => Object.values(data ?? {})).sort()).toEqual(
      filesOf('dashboards', '.json').sort(),
    );
    expect(dashboards.length).toBeGreaterThan(2);
    for (const { metadata } of dashboards) expect(metadata.annotations).toEqual({ grafana_folder: 'Afluente' });
  });

  test('sends traces of a part of the events, from every service', async () => {
    const manifests = await render('monitoring');
    for (const name of serviceNames) {
      expect(environmentOf(podNamed(manifests, name).spec.containers[0]!)).toMatchObject({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://jaeger-collector.tracing:4318',
        AFL_TRACE_SAMPLE: '0.05',
        AFL_LOG_LEVEL: 'warn',
      });
    }
    expect(environmentOf(podNamed(await render('minimal'), 'ingest').spec.containers[0]!)).not.toHaveProperty(
      'AFL_TRACE_SAMPLE',
    );
  });
});

describe('helm test', () => {
  test('publishes the event of the values and looks for it in the table', async () => {
    const manifests = await render('s3-role');
    const test_ = oneOf(manifests, 'Pod', '-test');
    expect(test_.metadata.annotations).toEqual({
      'helm.sh/hook': 'test',
      'helm.sh/hook-delete-policy': 'before-hook-creation',
    });
    const [container] = podNamed(manifests, 'test').spec.containers;
    expect(container?.image).toBe('ghcr.io/afluente/afluente-afluente:0.1.0');
    expect(container?.args).toEqual(
      expect.arrayContaining([
        'probe',
        '--subject=shop.orders',
        '--table=silver_orders',
        '--event={"amount":"1.50","order_id":"probe"}',
      ]),
    );
    expect(environmentOf(container!)).toMatchObject({
      AFL_NATS_URL: 'nats://nats.nats:4222',
      AFL_LAKE_URL: 's3://shop-lake/tables',
      AFL_S3_REGION: 'sa-east-1',
    });
  });

  test('is what the notes after an install speak of', async () => {
    const notes = async (name: string): Promise<string> => {
      const { stdout } = await runHelm([
        'install',
        'shop',
        chartFolder,
        '--namespace',
        'data',
        '--dry-run=client',
        '--values',
        valuesFile(name),
      ]);
      return stdout.split('NOTES:')[1] ?? '';
    };
    expect(await notes('s3-role')).toContain('helm test shop --namespace data --logs');
    expect(await notes('evaluation')).toMatch(
      /NATS is a single server for evaluation[\s\S]*shop-afluente-lake, which stays/,
    );
    expect(await notes('minimal')).toMatch(
      /set test\.event[\s\S]*Nothing scrapes the metrics yet[\s\S]*set networkPolicy\.enabled/,
    );
  });

  test('is not there without an event', async () => {
    expect(ofKind(await render('minimal'), 'Pod')).toEqual([]);
  });
});
