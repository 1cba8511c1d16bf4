/** How the pods live in the cluster: probes, drains, placement, network, metrics, and the test of the whole way. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { projectRoot } from '../support/project-root.js';
import { chartFolder, serviceNames, valuesFile } from './support/chart-folder.js';
import { findHelm, helmMsMax, render, runHelm } from './support/helm.js';
import { environmentOf, type Manifest, ofKind, oneOf, podNamed } from './support/manifest.js';

beforeAll(findHelm, helmMsMax);

/** ending.ts ends a drain after 20 s. */
const drainSecondsMax = 20;
const release = { 'app.kubernetes.io/name': 'afluente', 'app.kubernetes.io/instance': 'shop' };

/** Texts of the files below deploy/. */
function filesOf(folder: string, ending: string): string[] {
  const path = join(projectRoot, 'deploy', folder);
  return existsSync(path)
    ? readdirSync(path)
        .filter((name) => name.endsWith(ending))
        .map((name) => readFileSync(join(path, name), 'utf8'))
    : [];
}

describe('a pod of a service', () => {
  test('is asked on its metrics port: alive for startup and liveness, ready for readiness', async () => {
    for (const name of serviceNames) {
      const [container] = podNamed(await render('minimal'), name).spec.containers;
      const path = (probe: string): unknown => (container?.[probe] as { httpGet: unknown } | undefined)?.httpGet;
      expect(['startupProbe', 'readinessProbe', 'livenessProbe'].map(path)).toEqual(
        ['/healthz', '/readyz', '/healthz'].map((where) => ({ path: where, port: 'metrics' })),
      );
      expect(container?.['ports']).toEqual([{ name: 'metrics', containerPort: 8080, protocol: 'TCP' }]);
      expect(environmentOf(container!)).toMatchObject({
        AFL_HTTP_PORT: '8080',
        AFL_INSTANCE: '{"fieldRef":{"fieldPath":"metadata.name"}}',
      });
    }
  });

  test('has longer to end than a drain takes, and its successor is there before', async () => {
    for (const [values, seconds] of [
      ['minimal', 30],
      ['high-availability', 45],
    ] as const) {
      const manifests = await render(values);
      for (const name of serviceNames) {
        expect(podNamed(manifests, name).spec['terminationGracePeriodSeconds']).toBe(seconds);
        expect(oneOf(manifests, 'Deployment', `-${name}`).spec?.['strategy']).toEqual({
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
        });
      }
      expect(seconds).toBeGreaterThan(drainSecondsMax);
    }
  });

  test('does not start again because the chart has another version', async () => {
    const pod = podNamed(await render('everything'), 'ingest');
    expect(JSON.stringify(pod.metadata)).not.toMatch(/helm\.sh\/chart|kubernetes\.io\/version/);
  });
});

describe('several pods of a service', () => {
  test('are spread, placed and protected as the values say; a service may differ', async () => {
    const manifests = await render('high-availability');
    expect(serviceNames.map((name) => oneOf(manifests, 'Deployment', `-${name}`).spec?.['replicas'])).toEqual([
      3, 3, 3, 2, 3,
    ]);
    const { spec } = podNamed(manifests, 'ingest');
    expect(spec).toMatchObject({
      priorityClassName: 'streaming',
      nodeSelector: { 'kubernetes.io/arch': 'amd64' },
      tolerations: [{ key: 'streaming' }],
      affinity: { nodeAffinity: {} },
    });
    expect(spec['topologySpreadConstraints']).toMatchObject([{ whenUnsatisfiable: 'DoNotSchedule' }]);
    const [aggregate] = podNamed(manifests, 'aggregate').spec.containers;
    expect(aggregate?.resources).toEqual({ requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '2Gi' } });
    expect(environmentOf(aggregate!)['POLARS_MAX_THREADS']).toBe('2');
    expect(podNamed(manifests, 'lake-writer').spec.containers[0]?.resources?.['limits']).toEqual({});
  });

  test('lose one at a time to a drain of nodes, by a budget that selects just them', async () => {
    const manifests = await render('minimal');
    for (const name of serviceNames) {
      const { spec } = oneOf(manifests, 'PodDisruptionBudget', `-${name}`);
      const selector = { matchLabels: { ...release, 'app.kubernetes.io/component': name } };
      expect(spec).toEqual({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector });
      expect(podNamed(manifests, name).metadata.labels).toMatchObject(selector.matchLabels);
      const spread = podNamed(manifests, name).spec['topologySpreadConstraints'] as {
        topologyKey: string;
        labelSelector: unknown;
      }[];
      expect(spread.map(({ topologyKey, labelSelector }) => [topologyKey, labelSelector])).toEqual([
        ['topology.kubernetes.io/zone', selector],
        ['kubernetes.io/hostname', selector],
      ]);
    }
  });
});

describe('the network', () => {
  const policy = (manifests: readonly Manifest[], name: string): Manifest['spec'] =>
    oneOf(manifests, 'NetworkPolicy', `-${name}`).spec;

  test('is closed for all pods of the release, then opened for what each needs', async () => {
    const manifests = await render('network-policy');
    expect(policy(manifests, 'default-deny')).toEqual({
      podSelector: { matchLabels: release },
      policyTypes: ['Ingress', 'Egress'],
    });
    const egress = policy(manifests, 'egress')?.['egress'] as {
      ports: { port: number; protocol: string }[];
      to?: unknown[];
    }[];
    expect(egress.map(({ ports }) => ports.map(({ port }) => port))).toEqual([[53, 53], [4222, 4223], [4318], [80]]);
    expect(egress.every(({ to }) => (to?.length ?? 0) > 0)).toBe(true);
    expect(policy(manifests, 'store')).toMatchObject({
      podSelector: { matchExpressions: [{ values: ['lake-writer', 'test'] }] },
      egress: [{ to: [{ ipBlock: { cidr: '10.20.0.0/16' } }] }],
    });
    expect(policy(manifests, 'metrics')).toMatchObject({
      podSelector: { matchExpressions: [{ values: [...serviceNames] }] },
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { team: 'observability' } } }],
          ports: [{ port: 'metrics', protocol: 'TCP' }],
        },
      ],
    });
  });

  test('has no way to a store or collector that is not used', async () => {
    const manifests = await render('evaluation', ['networkPolicy.enabled=true']);
    expect(
      ofKind(manifests, 'NetworkPolicy').map(({ metadata }) => metadata.name.replace('shop-afluente-', '')),
    ).toEqual(expect.not.arrayContaining(['store']));
    const egress = policy(manifests, 'egress')?.['egress'];
    const dns = [{ podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }];
    expect(egress).toMatchObject([
      { to: dns },
      { to: [{ podSelector: { matchLabels: { ...release, 'app.kubernetes.io/component': 'nats' } } }] },
    ]);
    expect(policy(manifests, 'nats')).toMatchObject({ ingress: [{ ports: [{ port: 4222 }] }] });
  });

  test('lets nobody scrape when nobody is named', async () => {
    expect(policy(await render('network-policy', ['networkPolicy.metricsFrom=null']), 'metrics')).toMatchObject({
      policyTypes: ['Ingress'],
      ingress: [],
    });
  });

  test('is left alone unless asked for', async () => {
    for (const name of ['minimal', 'monitoring', 'evaluation'])
      expect(ofKind(await render(name), 'NetworkPolicy')).toEqual([]);
  });
});

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
