/** Wrong values are refused before anything is installed, with the place and what would be right. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { findHelm, helmMsMax, template } from './support/helm.js';

beforeAll(findHelm, helmMsMax);

async function refusal(name: string, sets: readonly string[]): Promise<string> {
  const { ok, stderr } = await template(name, sets);
  return ok ? 'not refused' : stderr;
}

describe('the schema refuses', () => {
  test.each([
    [
      'a service that does not exist',
      'services.lakeWriter.replicas=2',
      "at '/services': additional properties 'lakeWriter' not allowed",
    ],
    ['a key that does not exist', 'nats.uri=nats://nats:4222', "at '/nats': additional properties 'uri' not allowed"],
    [
      'a setting that does not exist',
      'services.ingest.settings.linger=50',
      "at '/services/ingest/settings': additional properties 'linger' not allowed",
    ],
    ['a text for a number', 'defaults.replicas=many', "at '/defaults/replicas': got string, want integer"],
    [
      'too many stream replicas',
      'defaults.settings.streamReplicas=7',
      "at '/defaults/settings/streamReplicas': maximum: got 7, want 5",
    ],
    ['a privileged port', 'httpPort=80', "at '/httpPort': minimum: got 80, want 1,024"],
    [
      'a grace period shorter than a drain',
      'services.ingest.terminationGracePeriodSeconds=10',
      "at '/services/ingest/terminationGracePeriodSeconds': minimum: got 10, want 25",
    ],
    ['a NATS address without scheme', 'nats.url=nats:4222', "at '/nats/url': 'nats:4222' does not match pattern"],
    [
      'a lake in a store that Afluente does not know',
      'lake.url=az://container/lake',
      "at '/lake/url': 'az://container/lake' does not match pattern",
    ],
    ['a relative lake', 'lake.url=file:./data', "at '/lake/url': 'file:./data' does not match pattern"],
    [
      'a wrong pull policy',
      'image.pullPolicy=Sometimes',
      "at '/image/pullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'",
    ],
    ['a digest that is none', 'image.digests.ingest=abc', "at '/image/digests/ingest': 'abc' does not match pattern"],
    [
      'a budget that blocks every drain',
      'defaults.podDisruptionBudget.maxUnavailable=0',
      "at '/defaults/podDisruptionBudget/maxUnavailable': minimum: got 0, want 1",
    ],
    [
      'a log level that does not exist',
      'defaults.logLevel=verbose',
      "at '/defaults/logLevel': value must be one of 'trace'",
    ],
    ['more than all events traced', 'tracing.sampleRatio=5', "at '/tracing/sampleRatio': maximum: got 5, want 1"],
    ['a size without meaning', 'tmpSize=big', "at '/tmpSize': 'big' does not match pattern"],
    ['a path out of the pipeline folder', 'pipeline.files.\\.\\./secrets=x', "invalid propertyName '../secrets'"],
  ])('%s', async (_, set, message) => {
    expect(await refusal('minimal', [set])).toContain(message);
  });
});

describe('the templates refuse', () => {
  test.each([
    [
      'hpa and keda together',
      'hpa',
      ['services.validate.autoscaling.keda.enabled=true'],
      'services.validate.autoscaling: hpa and keda are both enabled, and would scale the same deployment against each other. Enable one.',
    ],
    [
      'hpa in the defaults and keda in a service',
      'keda',
      ['defaults.autoscaling.hpa.enabled=true', 'defaults.autoscaling.tasks=4'],
      'services.validate.autoscaling: hpa and keda are both enabled',
    ],
    ['keda without Prometheus', 'keda', ['monitoring.prometheusUrl='], 'Set monitoring.prometheusUrl'],
    [
      'scaling without the number of tasks',
      'keda',
      ['services.enrich.autoscaling.tasks=null'],
      'services.enrich.autoscaling.tasks is not set, and the chart cannot see the pipeline file',
    ],
    [
      'no pipeline',
      'minimal',
      ['pipeline.existingConfigMap='],
      'pipeline: 0 of files, existingConfigMap and volume are set. Set exactly one',
    ],
    [
      'two pipelines',
      'pipeline-files',
      ['pipeline.existingConfigMap=shop'],
      'pipeline: 2 of files, existingConfigMap and volume are set',
    ],
    [
      'a pipeline without its file',
      'minimal',
      ['pipeline.existingConfigMap=', 'pipeline.files.orders\\.json=text'],
      'pipeline.files has no pipeline.yaml',
    ],
    ['no NATS', 'minimal', ['nats.url='], 'nats: 0 of url, urlSecret.name and evaluation.enabled are set'],
    [
      'two of NATS',
      'minimal',
      ['nats.evaluation.enabled=true'],
      'nats: 2 of url, urlSecret.name and evaluation.enabled are set',
    ],
    [
      'creds and nkey together',
      'nats-creds',
      ['nats.nkey.secret=x'],
      'nats.creds.secret and nats.nkey.secret are both set',
    ],
    [
      'credentials for the evaluation server',
      'evaluation',
      ['nats.creds.secret=x'],
      'nats.evaluation has neither TLS nor credentials',
    ],
    ['half a client certificate', 'nats-tls', ['nats.tls.keyKey='], 'nats.tls: certKey and keyKey belong together'],
    [
      'a service with credentials of no kind',
      'minimal',
      ['services.ingest.nats.credentialsSecret=x'],
      'services.ingest.nats.credentialsSecret is set, but neither nats.creds.secret nor nats.nkey.secret',
    ],
    [
      'a lake inside the container',
      'pipeline-files',
      ['pipeline.files.pipeline\\.yaml=name: x\nlake: {url: "file:./lake"}'],
      'the pipeline file has file:./lake, which is no place a pod can keep',
    ],
    [
      'two places for the lake',
      'evaluation',
      ['lake.url=s3://bucket/lake'],
      'lake.url is s3://bucket/lake, but lake.persistence keeps the lake at file:///lake',
    ],
    ['a test that does not know its table', 's3-role', ['test.table='], 'test.event needs test.subject and test.table'],
    ['the tag latest', 'minimal', ['image.tag=latest'], 'An image has the tag latest'],
    ['the tag latest for NATS', 'evaluation', ['nats.evaluation.image=nats:latest'], 'An image has the tag latest'],
  ])('%s', async (_, name, sets, message) => {
    expect(await refusal(name, sets)).toContain(message);
  });
});
