/** What each values file is for: pipeline, lake and the hooks. NATS, scaling and the cluster's side have specs of their own. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { serviceNames, valuesFile } from './support/chart-folder.js';
import { findHelm, helmMsMax, render } from './support/helm.js';
import { containersOf, environmentOf, type Manifest, ofKind, oneOf, podNamed } from './support/manifest.js';

beforeAll(findHelm, helmMsMax);

const checksums = (manifests: readonly Manifest[]): unknown[] =>
  serviceNames.map((name) => podNamed(manifests, name).metadata.annotations?.['checksum/pipeline']);

describe('the pipeline', () => {
  test('files become a ConfigMap, mounted under their paths, for services and hook', async () => {
    const manifests = await render('pipeline-files');
    const paths = ['contracts/order.schema.json', 'pipeline.yaml', 'reference/products.csv'];
    for (const [name, map] of [
      ...serviceNames.map((name) => [name, 'shop-afluente-pipeline'] as const),
      ['streams', 'shop-afluente-streams'] as const,
    ]) {
      const volume = podNamed(manifests, name).spec.volumes?.find((one) => one.name === 'pipeline')?.['configMap'] as {
        name: string;
        items: { key: string; path: string }[];
      };
      expect(volume.name).toBe(map);
      expect(volume.items.map(({ path }) => path)).toEqual(paths);
      expect(Object.keys(oneOf(manifests, 'ConfigMap', map).data ?? {}).sort()).toEqual(
        volume.items.map(({ key }) => key).sort(),
      );
    }
    const values = parse(readFileSync(valuesFile('pipeline-files'), 'utf8')) as {
      pipeline: { files: Record<string, string> };
    };
    expect(oneOf(manifests, 'ConfigMap', '-pipeline').data?.['reference__products.csv']).toBe(
      values.pipeline.files['reference/products.csv'],
    );
  });

  test('a change of a file, or of the version, restarts every service', async () => {
    const before = checksums(await render('pipeline-files'));
    const after = checksums(await render('pipeline-files', ['pipeline.files.reference/products\\.csv=other']));
    expect(before.map((sum, index) => sum === after[index])).toEqual(serviceNames.map(() => false));
    const versions = await Promise.all(
      [[], ['pipeline.version=other']].map(async (sets) => checksums(await render('existing-config-map', sets))),
    );
    expect(versions[0]).not.toEqual(versions[1]);
    expect(checksums(await render('existing-config-map', ['commonLabels.a=b']))).toEqual(versions[0]);
  });

  test('an existing ConfigMap has its keys mapped, and none is made', async () => {
    const manifests = await render('existing-config-map');
    const volume = podNamed(manifests, 'validate').spec.volumes?.find(({ name }) => name === 'pipeline');
    expect(volume?.['configMap']).toMatchObject({
      name: 'shop-pipeline',
      items: [{ key: 'pipeline.yaml' }, { key: 'order-contract', path: 'contracts/order.schema.json' }],
    });
    expect(ofKind(manifests, 'ConfigMap')).toEqual([]);
  });

  test('a volume is mounted as it is', async () => {
    const volume = podNamed(await render('pipeline-volume'), 'ingest').spec.volumes?.find(
      ({ name }) => name === 'pipeline',
    );
    expect(volume).toEqual({ name: 'pipeline', persistentVolumeClaim: { claimName: 'shop-pipeline', readOnly: true } });
  });
});

describe('the lake', () => {
  test('with a role only lake-writer and the test have the account that carries it', async () => {
    const manifests = await render('s3-role');
    const accounts = ofKind(manifests, 'ServiceAccount').filter(({ metadata }) => metadata.annotations !== undefined);
    expect(accounts.map(({ metadata }) => metadata)).toMatchObject([
      {
        name: 'shop-afluente-lake-writer',
        annotations: { 'eks.amazonaws.com/role-arn': expect.stringContaining('role/shop-lake') },
      },
    ]);
    const users = [...serviceNames, 'streams', 'test'].filter(
      (name) => podNamed(manifests, name).spec['serviceAccountName'] === 'shop-afluente-lake-writer',
    );
    expect(users).toEqual(['lake-writer', 'test']);
  });

  test('access keys and addresses reach lake-writer and the test alone', async () => {
    const manifests = await render('s3-compatible');
    for (const name of [...serviceNames, 'streams', 'test']) {
      const [container] = podNamed(manifests, name).spec.containers;
      const given = environmentOf(container!);
      const expected = ['lake-writer', 'test'].includes(name);
      expect([name, container?.envFrom]).toEqual([
        name,
        expected ? [{ secretRef: { name: 'shop-lake-keys' } }] : undefined,
      ]);
      expect([name, given['AFL_S3_ENDPOINT'], given['AFL_S3_PATH_STYLE']]).toEqual([
        name,
        ...(expected ? ['https://s3.example.com', 'true'] : [undefined, undefined]),
      ]);
    }
  });

  test('on a volume for one node, lake-writer is replaced, not doubled, and the test goes to its node', async () => {
    const manifests = await render('evaluation');
    expect(oneOf(manifests, 'Deployment', '-lake-writer').spec?.['strategy']).toEqual({ type: 'Recreate' });
    expect(podNamed(manifests, 'test').spec['affinity']).toMatchObject({
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }] },
    });
    expect(oneOf(manifests, 'PersistentVolumeClaim').metadata.annotations).toEqual({
      'helm.sh/resource-policy': 'keep',
    });
    expect(environmentOf(podNamed(manifests, 'lake-writer').spec.containers[0]!)['AFL_LAKE_URL']).toBe('file:///lake');
  });

  test('on a shared volume, lake-writer rolls like the others', async () => {
    const manifests = await render('lake-volume');
    expect(oneOf(manifests, 'Deployment', '-lake-writer').spec?.['strategy']).toEqual(
      oneOf(manifests, 'Deployment', '-ingest').spec?.['strategy'],
    );
    expect(podNamed(manifests, 'lake-writer').spec.volumes).toContainEqual({
      name: 'lake',
      persistentVolumeClaim: { claimName: 'shared-lake' },
    });
    expect(podNamed(manifests, 'lake-writer').spec.containers[0]?.volumeMounts).toContainEqual({
      name: 'lake',
      mountPath: '/data/lake',
    });
    expect(ofKind(manifests, 'PersistentVolumeClaim')).toEqual([]);
  });
});

describe('hooks for what the chart does not know', () => {
  test('reach the service they are given for, and no other', async () => {
    const manifests = await render('extras');
    const ingest = podNamed(manifests, 'ingest');
    expect(ingest.spec.containers.map(({ name }) => name)).toEqual(['ingest', 'sidecar']);
    expect(ingest.metadata).toMatchObject({
      labels: { 'sidecar.istio.io/inject': 'false', team: 'data' },
      annotations: { 'example.com/note': 'ingest only' },
    });
    expect(environmentOf(ingest.spec.containers[0]!)).toMatchObject({
      TZ: 'UTC',
      REGION: expect.stringContaining('configMapKeyRef'),
    });
    expect(ingest.spec.containers[0]).toMatchObject({
      envFrom: [{ configMapRef: { name: 'more' } }],
      volumeMounts: expect.arrayContaining([{ name: 'extra', mountPath: '/extra' }]),
    });
    expect(containersOf(podNamed(manifests, 'validate')).map(({ name }) => name)).toEqual(['validate']);
    expect(podNamed(manifests, 'validate').metadata.labels).toMatchObject({ team: 'data' });
  });

  test('extra objects may use the templates of the chart', async () => {
    const manifests = await render('extras');
    expect(oneOf(manifests, 'ConfigMap', 'shop-more').data).toEqual({ service: 'shop-afluente' });
    expect(oneOf(manifests, 'ConfigMap', 'shop-text').data).toEqual({ namespace: 'data' });
  });

  test('images can come from elsewhere, by tag or digest', async () => {
    const manifests = await render('private-registry');
    const image = (name: string): string | undefined => podNamed(manifests, name).spec.containers[0]?.image;
    expect(image('ingest')).toMatch(/^registry\.example\.com:5000\/data\/afluente-ingest@sha256:2c26/);
    expect(image('streams')).toBe('registry.example.com:5000/data/afluente-afluente:0.1.0-build.7');
    expect(podNamed(manifests, 'ingest').spec['imagePullSecrets']).toEqual([{ name: 'registry' }]);
    expect(podNamed(manifests, 'ingest').spec['serviceAccountName']).toBe('default');
    expect(podNamed(manifests, 'lake-writer').spec['serviceAccountName']).toBe('lake');
  });
});
