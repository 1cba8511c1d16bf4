/** What holds for every way to install the chart: it lints, Kubernetes knows every field, and every pod keeps the restricted profile. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { isSetting, variablesOf } from '#runtime/settings/setting-table';
import { settings } from '#runtime/settings/settings';
import { chartFolder, serviceNames, valuesFile, valuesNames } from './support/chart-folder.js';
import { findHelm, helmMsMax, render, runHelm } from './support/helm.js';
import { fieldProblems, valueProblems } from './support/kubernetes-types.js';
import { containersOf, environmentOf, type Manifest, ofKind, type Pod, podOf } from './support/manifest.js';

const rendered = new Map<string, Manifest[]>();
const manifestsOf = (name: string): Manifest[] => rendered.get(name) ?? [];
const podsOf = (name: string): Pod[] =>
  manifestsOf(name)
    .map(podOf)
    .filter((pod) => pod !== undefined);

beforeAll(async () => {
  await findHelm();
  for (const name of valuesNames) rendered.set(name, await render(name));
}, helmMsMax);

test('there are values files for at least twelve ways to install', () => {
  expect(valuesNames.length).toBeGreaterThanOrEqual(12);
});

test('every AFL_ variable is one that the services read', () => {
  const known = variablesOf(settings)
    .filter(isSetting)
    .map(({ name }) => name);
  const set = valuesNames
    .flatMap(podsOf)
    .flatMap(containersOf)
    .flatMap((container) => Object.keys(environmentOf(container)));
  const ours = [...new Set(set)].filter((variable) => variable.startsWith('AFL_'));
  expect(ours.length).toBeGreaterThan(10);
  expect(ours.filter((variable) => !known.includes(variable))).toEqual([]);
});

test('Kubernetes knows every field of every object', async () => {
  expect(await fieldProblems(valuesNames.flatMap(manifestsOf))).toEqual([]);
});

test('the check of fields finds what does not exist', async () => {
  const manifest = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'x' },
    automountToken: false,
  } as Manifest;
  expect(await fieldProblems([manifest])).toEqual([expect.stringMatching(/automountToken.* does not exist/)]);
});

describe.each(valuesNames)('with ci/%s.yaml', (name) => {
  test('helm lint --strict has nothing to say', async () => {
    const { ok, stdout, stderr } = await runHelm(['lint', '--strict', chartFolder, '--values', valuesFile(name)]);
    expect({ ok, warned: /\[(WARNING|ERROR)\]/.test(stdout), said: ok ? '' : stdout + stderr }).toEqual({
      ok: true,
      warned: false,
      said: '',
    });
  });

  test('every value has the type and format that Kubernetes wants', async () => {
    const problems = await Promise.all(manifestsOf(name).map(valueProblems));
    expect(problems.flat()).toEqual([]);
  });

  test('the five services are deployed, each on its own', () => {
    const deployments = ofKind(manifestsOf(name), 'Deployment');
    expect(deployments.map(({ metadata }) => metadata.labels?.['app.kubernetes.io/component']).sort()).toEqual(
      [...serviceNames].sort(),
    );
    const selectors = deployments.map(({ spec }) => JSON.stringify(spec?.['selector']));
    expect(new Set(selectors).size).toBe(serviceNames.length);
  });

  test('every object has a name of its own, and the namespace of the release', () => {
    const made = manifestsOf(name).filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === 'afluente');
    const ids = made.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(made.filter(({ metadata }) => metadata.namespace !== 'data' || metadata.name.length > 63)).toEqual([]);
  });

  test('every pod keeps the restricted profile and has no token of the API', () => {
    expect(podsOf(name).flatMap(breaksOfProfile)).toEqual([]);
  });

  test('every image has a version or a digest', () => {
    const images = podsOf(name)
      .flatMap(containersOf)
      .map(({ image }) => image);
    expect(
      images.filter((image) => !/(:[\w.-]+|@sha256:[0-9a-f]{64})$/.test(image) || image.endsWith(':latest')),
    ).toEqual([]);
  });

  test('every volume that is mounted is there, and the other way round', () => {
    for (const pod of podsOf(name)) {
      const mounted = new Set(
        containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts.map((mount) => mount.name)),
      );
      const claims = manifestsOf(name)
        .flatMap(({ spec }) => (spec?.['volumeClaimTemplates'] as Manifest[] | undefined) ?? [])
        .map(({ metadata }) => metadata.name);
      const there = new Set((pod.spec.volumes ?? []).map((volume) => volume.name));
      expect([...mounted].filter((volume) => !there.has(volume) && !claims.includes(volume))).toEqual([]);
      expect([...there].filter((volume) => !mounted.has(volume))).toEqual([]);
    }
  });
});

/** Pod Security Standards, profile "restricted", and more: a read-only root file system, no token, bounded memory for our own. */
function breaksOfProfile(pod: Pod): string[] {
  const { securityContext, automountServiceAccountToken, hostNetwork, hostPID, hostIPC } = pod.spec as Record<
    string,
    unknown
  >;
  const context = securityContext as Record<string, unknown>;
  const rules: [string, boolean][] = [
    ['runAsNonRoot', context['runAsNonRoot'] === true && Number(context['runAsUser']) > 0],
    ['seccompProfile', JSON.stringify(context['seccompProfile']) === '{"type":"RuntimeDefault"}'],
    ['no token', automountServiceAccountToken === false],
    ['no host', !hostNetwork && !hostPID && !hostIPC],
    ['no host path', (pod.spec.volumes ?? []).every((volume) => !('hostPath' in volume))],
    ...containersOf(pod).flatMap(({ name, securityContext: own = {} }): [string, boolean][] => [
      [`${name}: no escalation`, own['allowPrivilegeEscalation'] === false && own['privileged'] !== true],
      [`${name}: no capabilities`, JSON.stringify(own['capabilities']) === '{"drop":["ALL"]}'],
      [`${name}: read-only root`, own['readOnlyRootFilesystem'] === true],
    ]),
  ];
  return rules.filter(([, kept]) => !kept).map(([rule]) => rule);
}
