/** docker/compose.yaml fits the images, the chart's hardening, and the files that it mounts. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { variablesOf } from '#runtime/settings/setting-table';
import { settings } from '#runtime/settings/settings';
import { allServices } from '../e2e/support/fleet.js';
import { projectRoot } from '../support/project-root.js';
import { apps } from './support/images.js';

interface ComposeService {
  readonly image: string;
  readonly build?: {
    readonly context: string;
    readonly dockerfile: string;
    readonly args: Readonly<Record<string, string>>;
  };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period?: string;
}

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const compose = parse(read('docker/compose.yaml'), { merge: true }) as {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image.startsWith('afluente-'));

test('every program is there, built from the one Dockerfile', () => {
  expect(ours.map(([name]) => name)).toEqual(expect.arrayContaining([...allServices]));
  // An image without a build would be looked for in a registry.
  for (const [, { image, build }] of ours)
    expect(build).toEqual({
      context: '..',
      dockerfile: 'docker/Dockerfile',
      args: { APP: image.slice('afluente-'.length) },
    });
  expect(new Set(ours.flatMap(([, { build }]) => build?.args['APP'] ?? []))).toEqual(new Set(apps));
});

test.each(ours)('%s runs as hardened as a pod of the chart', (_, service) => {
  expect(service).toMatchObject({
    user: '10001:10001',
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    tmpfs: [expect.stringContaining('/tmp')],
  });
});

describe.each(services)('%s', (_, { image, ports = [], volumes = [], depends_on: before = {}, healthcheck }) => {
  test('names a version of its image', () => {
    if (!image.startsWith('afluente-')) expect(image).toMatch(/:v?\d+\.\d+/);
  });

  test('is published on this machine only', () => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('mounts what is there', () => {
    for (const volume of volumes) {
      const [source = ''] = volume.replace(/\$\{\w+:-([^}]*)\}/, '$1').split(':');
      if (source.startsWith('.'))
        expect({ source, there: existsSync(join(projectRoot, 'docker', source)) }).toEqual({ source, there: true });
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  test('waits for services that are there, and for health only where it is checked', () => {
    for (const [name, { condition }] of Object.entries(before)) {
      expect(Object.keys(compose.services)).toContain(name);
      if (condition === 'service_healthy') expect(compose.services[name]?.healthcheck).toBeDefined();
    }
    if (healthcheck) expect(healthcheck.test[0]).toBe('CMD');
  });
});

test('the services get variables that they know', () => {
  const known = variablesOf(settings).map(({ name }) => name);
  for (const [, { environment = {} }] of ours)
    for (const name of Object.keys(environment))
      expect({ name, known: known.includes(name) }).toEqual({ name, known: true });
});

test('a service has longer to end than its drain takes', () => {
  for (const name of allServices)
    expect(Number.parseInt(compose.services[name]?.stop_grace_period ?? '', 10)).toBeGreaterThan(20);
});

test('Prometheus scrapes the services where they listen, and finds the rules', () => {
  const { scrape_configs: scrapes, rule_files: rules } = parse(read('deploy/prometheus/prometheus.yml')) as {
    scrape_configs: [{ static_configs: [{ targets: string[] }] }];
    rule_files: string[];
  };
  const port = /AFL_HTTP_PORT=(\d+)/.exec(read('docker/Dockerfile'))?.[1];
  expect(scrapes[0].static_configs[0].targets).toEqual(allServices.map((name) => `${name}:${port}`));
  expect(rules).toEqual(['alerts/*.rules.yaml']);
  expect(compose.services['prometheus']?.volumes).toContain('../deploy/alerts:/etc/prometheus/alerts:ro');
});

test('Grafana has the data source of the dashboards, and starts with one that is there', () => {
  const home = compose.services['grafana']?.environment?.['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'] ?? '';
  expect(existsSync(join(projectRoot, 'deploy/dashboards', home.split('/').at(-1) ?? ''))).toBe(true);
  const { datasources } = parse(read('docker/grafana/provisioning/datasources/afluente.yaml')) as {
    datasources: { type: string; url: string }[];
  };
  for (const { url } of datasources) expect(Object.keys(compose.services)).toContain(new URL(url).hostname);
  expect(datasources.map(({ type }) => type)).toEqual(['prometheus', 'jaeger']);
});
