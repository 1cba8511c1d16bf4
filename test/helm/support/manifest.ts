/** The shape of rendered objects as far as the specs look at them. Whether they are right is judged by Kubernetes' own types. */

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: Readonly<Record<string, unknown>>;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly unknown[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly resources?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly [field: string]: unknown;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown> & { name: string }>[];
  readonly [field: string]: unknown;
}

export interface Pod {
  readonly metadata: Metadata;
  readonly spec: PodSpec;
}

/** The pod that an object makes, if it makes one. */
export function podOf(manifest: Manifest): Pod | undefined {
  if (manifest.kind === 'Pod') return { metadata: manifest.metadata, spec: manifest.spec as unknown as PodSpec };
  return manifest.spec?.['template'] as Pod | undefined;
}

export function containersOf({ spec }: Pod): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

export function ofKind(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

/** Throws when there is none, or several. */
export function oneOf(manifests: readonly Manifest[], kind: string, nameEnd = ''): Manifest {
  const found = ofKind(manifests, kind).filter(({ metadata }) => metadata.name.endsWith(nameEnd));
  if (found.length !== 1) throw new Error(`${found.length} objects ${kind} …${nameEnd}, expected one`);
  return found[0]!;
}

/** The pod of a service's deployment, or of the job or test of that name. */
export function podNamed(manifests: readonly Manifest[], name: string): Pod {
  const found = manifests.filter(
    (manifest) => podOf(manifest) !== undefined && manifest.metadata.labels?.['app.kubernetes.io/component'] === name,
  );
  const pod = found.length === 1 ? podOf(found[0]!) : undefined;
  if (!pod) throw new Error(`${found.length} pods named ${name}, expected one`);
  return pod;
}

/** Environment of a container: values, or the JSON of where they come from. */
export function environmentOf({ env = [] }: Container): Record<string, string> {
  return Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? JSON.stringify(valueFrom)]));
}
