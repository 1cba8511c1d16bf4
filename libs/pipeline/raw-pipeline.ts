/** The pipeline file as it is written: what the JSON Schema has let through, before defaults are filled. */

export interface RawSource {
  readonly subjects?: readonly string[];
  readonly bytesMax?: string | number;
  readonly stream?: string;
  readonly filter?: string;
  readonly partitions?: number;
  readonly contract: string;
  readonly id: string;
  readonly key: string;
  readonly eventTime: { readonly field: string; readonly outOfOrderness?: string; readonly idleAfter?: string };
  readonly dedup?: { readonly horizon?: string };
}

export interface RawReference {
  readonly file: string;
  readonly key: string;
  readonly refresh?: string;
}

export interface RawWindow {
  readonly from: string;
  readonly tumbling: string;
  readonly lateness?: string;
  readonly key: readonly string[];
  readonly measures: Readonly<Record<string, string>>;
}

export interface RawTable {
  readonly from: string;
  readonly partitionBy?: readonly string[];
}

export interface RawLake {
  readonly url?: string;
  readonly commit?: { readonly every?: string; readonly rows?: string | number; readonly bytes?: string | number };
  readonly tables?: Readonly<Record<string, RawTable>>;
}

export interface RawPipeline {
  readonly name: string;
  readonly sources: Readonly<Record<string, RawSource>>;
  readonly references?: Readonly<Record<string, RawReference>>;
  readonly enrich?: Readonly<Record<string, { readonly sql: string }>>;
  readonly windows?: Readonly<Record<string, RawWindow>>;
  readonly lake?: RawLake;
}
