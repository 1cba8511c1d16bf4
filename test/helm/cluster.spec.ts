/** How the pods live in the cluster: probes, drains, placement and network. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { release, serviceNames } from './support/chart-folder.js';
import { findHelm, helmMsMax, render } from './support/helm.js';
import { environmentOf, type Manifest, ofKind, oneOf, podNamed } from './support/manifest.js';

beforeAll(findHelm, helmMsMax);

/** ending.ts ends a drain after 20 s. */
const drainSecondsMax = 20;

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
