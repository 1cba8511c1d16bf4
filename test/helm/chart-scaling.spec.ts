/** Pods come and go with the load, and there are never more of a service than it has tasks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parsePipeline } from '#pipeline/checks/parse-pipeline';
import { serviceOf, topologyOf } from '#stages/topology/topology';
import { Metrics } from '#telemetry/metrics';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir } from '../support/temp-dir.js';
import { chartFolder, serviceNames, valuesFile } from './support/chart-folder.js';
import { findHelm, helmMsMax, render, runHelm } from './support/helm.js';
import { ofKind, oneOf } from './support/manifest.js';

beforeAll(findHelm, helmMsMax);

describe('scaling', () => {
  test('hpa leaves the number of pods to itself, and stops at the number of tasks', async () => {
    const manifests = await render('hpa');
    const bounds = ofKind(manifests, 'HorizontalPodAutoscaler').map(({ metadata, spec }) => [
      metadata.name,
      spec?.['minReplicas'],
      spec?.['maxReplicas'],
    ]);
    expect(bounds).toEqual([
      ['shop-afluente-validate', 2, 3],
      ['shop-afluente-enrich', 2, 3],
      ['shop-afluente-aggregate', 2, 4],
      ['shop-afluente-lake-writer', 2, 4],
    ]);
    expect(serviceNames.map((name) => oneOf(manifests, 'Deployment', `-${name}`).spec?.['replicas'])).toEqual([
      1,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('keda asks Prometheus for the lag of the service, and stops at the number of tasks', async () => {
    const objects = ofKind(await render('keda'), 'ScaledObject');
    expect(objects.map(({ spec }) => [spec?.['minReplicaCount'], spec?.['maxReplicaCount']])).toEqual([
      [1, 4],
      [2, 3],
    ]);
    const [trigger] = objects[0]!.spec!['triggers'] as { metadata: Record<string, string> }[];
    expect(trigger?.metadata).toMatchObject({
      serverAddress: 'http://prometheus-operated.monitoring:9090',
      threshold: '1000000',
    });
    expect(trigger?.metadata['query']).toContain('service="validate"');
    const metrics = (await new Metrics('validate', () => []).registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(metrics).toContain(/afluente_\w+/.exec(trigger?.metadata['query'] ?? '')?.[0]);
  });

  const same = (text: string): string => text;
  const changed = (text: string): string => text.replaceAll(/partitions: (\d+)/g, 'partitions: [2, $1, 5]');
  test.each([
    ['examples/sales-tech', 'as it is', same],
    ['examples/flights', 'as it is', same],
    ['test/faults/workload/pipeline', 'as it is', same],
    ['test/faults/workload/pipeline', 'with partitions that have changed', changed],
    [
      'test/faults/workload/pipeline',
      'with one partition of each source',
      (text: string) => text.replaceAll(/partitions: \d+/g, 'partitions: 1'),
    ],
    [
      'test/faults/workload/pipeline',
      'without a number of partitions',
      (text: string) => text.replaceAll(/\n *partitions: \d+/g, ''),
    ],
  ] as const)('the chart counts the tasks of %s %s as the services do', async (folder, _, change) => {
    const text = change(readFileSync(join(projectRoot, folder, 'pipeline.yaml'), 'utf8'));
    const work = makeTempDir('chart-tasks');
    writeFileSync(join(work.path, 'pipeline.yaml'), text);
    const parsed = parsePipeline(
      text,
      'pipeline.yaml',
      (path) => readFileSync(join(projectRoot, folder, path), 'utf8'),
      () => true,
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { tasks } = topologyOf({ pipeline: parsed.pipeline, enriched: {} });
    const scaled = [
      'pipeline.existingConfigMap=',
      'defaults.autoscaling.hpa.enabled=true',
      'defaults.autoscaling.hpa.maxReplicas=99',
    ];
    const file = ['--set-file', `pipeline.files.pipeline\\.yaml=${join(work.path, 'pipeline.yaml')}`];
    const run = await runHelm([
      'template',
      'shop',
      chartFolder,
      '--values',
      valuesFile('minimal'),
      ...scaled.flatMap((set) => ['--set', set]),
      ...file,
    ]);
    work.remove();
    const counted = [...run.stdout.matchAll(/maxReplicas: (\d+)/g)].map(([, max]) => Number(max));
    expect(counted).toEqual(serviceNames.map((service) => tasks.filter((task) => serviceOf(task) === service).length));
  });
});
