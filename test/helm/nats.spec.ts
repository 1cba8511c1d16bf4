/** How the pods reach NATS: credentials and certificates from secrets, the hook that makes streams, and the server for evaluation. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readNatsServerPath } from '#runtime/settings/config';
import { makeTempDir } from '../support/temp-dir.js';
import { serviceNames } from './support/chart-folder.js';
import { findHelm, helmMsMax, render } from './support/helm.js';
import { environmentOf, type Manifest, oneOf, podNamed } from './support/manifest.js';

beforeAll(findHelm, helmMsMax);

const environment = (manifests: readonly Manifest[], name: string): Record<string, string> =>
  environmentOf(podNamed(manifests, name).spec.containers[0]!);
const secretOf = (manifests: readonly Manifest[], name: string, volume: string): unknown => {
  const found = podNamed(manifests, name).spec.volumes?.find((one) => one.name === volume)?.['secret'] as
    | { secretName: string }
    | undefined;
  return found?.secretName;
};

describe('an existing NATS', () => {
  test('a .creds file reaches every pod under the key of its secret', async () => {
    const manifests = await render('nats-creds');
    for (const name of [...serviceNames, 'streams']) {
      expect(environment(manifests, name)).toMatchObject({
        AFL_NATS_URL: 'tls://connect.example.com:4222',
        AFL_NATS_CREDS: '/etc/afluente/nats/credentials/shop.creds',
      });
      expect(secretOf(manifests, name, 'nats-credentials')).toBe('shop-nats');
    }
  });

  test("each service can have an nkey of its own; the job has the common one, the test a producer's", async () => {
    const manifests = await render('nats-nkey');
    for (const name of serviceNames) expect(secretOf(manifests, name, 'nats-credentials')).toBe(`shop-nats-${name}`);
    expect(secretOf(manifests, 'streams', 'nats-credentials')).toBe('shop-nats-operator');
    expect(secretOf(manifests, 'test', 'nats-credentials')).toBe('shop-nats-producer');
    expect(environment(manifests, 'validate')).toMatchObject({
      AFL_NATS_NKEY: '/etc/afluente/nats/credentials/seed.nk',
    });
    expect(environment(manifests, 'validate')).not.toHaveProperty('AFL_NATS_CREDS');
  });

  test('mutual TLS', async () => {
    const manifests = await render('nats-tls');
    const folder = '/etc/afluente/nats/tls';
    expect(environment(manifests, 'ingest')).toMatchObject({
      AFL_NATS_TLS_CA: `${folder}/ca.crt`,
      AFL_NATS_TLS_CERT: `${folder}/tls.crt`,
      AFL_NATS_TLS_KEY: `${folder}/tls.key`,
    });
    expect(secretOf(manifests, 'ingest', 'nats-tls')).toBe('shop-nats-tls');
    expect(secretOf(manifests, 'lake-writer', 'nats-tls')).toBe('shop-lake-writer-tls');
  });

  test('a URL with a password stays in its secret', async () => {
    const manifests = await render('nats-url-secret');
    expect(environment(manifests, 'ingest')['AFL_NATS_URL']).toBe(
      '{"secretKeyRef":{"name":"shop-nats","key":"address"}}',
    );
    expect(environment(manifests, 'ingest')).toHaveProperty('AFL_NATS_TLS_CA');
    expect(environment(manifests, 'ingest')).not.toHaveProperty('AFL_NATS_TLS_CERT');
  });
});

describe('the job that makes streams', () => {
  test('runs before the services, with a copy of the pipeline that is there before it', async () => {
    const manifests = await render('pipeline-files');
    const job = oneOf(manifests, 'Job');
    const copy = oneOf(manifests, 'ConfigMap', '-streams');
    expect(job.metadata.annotations).toMatchObject({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
    });
    expect(copy.metadata.annotations?.['helm.sh/hook']).toBe('pre-install,pre-upgrade');
    expect(Number(copy.metadata.annotations?.['helm.sh/hook-weight'])).toBeLessThan(
      Number(job.metadata.annotations?.['helm.sh/hook-weight']),
    );
    expect(copy.data).toEqual(oneOf(manifests, 'ConfigMap', '-pipeline').data);
    expect(podNamed(manifests, 'streams').spec['serviceAccountName']).toBeUndefined();
    expect(podNamed(manifests, 'streams').spec.containers[0]?.args).toEqual([
      'streams',
      '--pipeline=/etc/afluente/pipeline',
      '--nats=$(AFL_NATS_URL)',
    ]);
  });

  test('makes them as large and as many as the services would', async () => {
    const manifests = await render('high-availability');
    const made = environment(manifests, 'streams');
    expect(made).toMatchObject({ AFL_STREAM_REPLICAS: '5', AFL_LOG_BYTES_MAX: '1073741824' });
    expect(environment(manifests, 'ingest')).toMatchObject({
      ...made,
      AFL_LOG_RETENTION_MS: '3600000',
      AFL_LINGER_MS: '50',
      AFL_ACCEPT_FRONT_GAPS: 'false',
    });
    expect(environment(manifests, 'lake-writer')).toMatchObject({
      AFL_LAKE_BYTES_MAX: '268435456',
      AFL_STREAM_REPLICAS: '5',
    });
  });
});

describe('the server for evaluation', () => {
  test('is there before the job runs, and streams have one replica', async () => {
    const manifests = await render('evaluation');
    expect(oneOf(manifests, 'Job').metadata.annotations?.['helm.sh/hook']).toBe('post-install,post-upgrade');
    for (const name of [...serviceNames, 'streams']) {
      expect(environment(manifests, name)).toMatchObject({
        AFL_NATS_URL: 'nats://shop-afluente-nats:4222',
        AFL_STREAM_REPLICAS: '1',
      });
    }
    expect(oneOf(manifests, 'Service').metadata.name).toBe('shop-afluente-nats');
  });

  test('has a configuration that a real nats-server takes', async () => {
    const manifests = await render('evaluation');
    const dir = makeTempDir('helm-nats');
    try {
      const file = join(dir.path, 'nats.conf');
      writeFileSync(
        file,
        (oneOf(manifests, 'ConfigMap', '-nats').data?.['nats.conf'] ?? '').replace('/data', dir.path),
      );
      const given = environment(manifests, 'nats');
      expect(Number(given['JETSTREAM_FILE_MAX'])).toBe(Math.floor((2 * 1024 ** 3 * 8) / 10));
      const { stderr } = await promisify(execFile)(readNatsServerPath(), ['-t', '-c', file], {
        env: { ...given, POD_NAME: 'shop-afluente-nats-0' },
      });
      expect(stderr).toContain('is valid');
    } finally {
      dir.remove();
    }
  });

  test('keeps its streams on a claim, or in memory of the pod when asked to', async () => {
    expect(oneOf(await render('evaluation'), 'StatefulSet').spec).toMatchObject({
      volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '2Gi' } } } }],
    });
    const manifests = await render('evaluation-memory');
    expect(oneOf(manifests, 'StatefulSet').spec?.['volumeClaimTemplates']).toBeUndefined();
    expect(podNamed(manifests, 'nats').spec.volumes).toContainEqual({ name: 'data', emptyDir: { sizeLimit: '1Gi' } });
    expect(manifests.some(({ kind }) => kind === 'Job')).toBe(false);
  });
});
