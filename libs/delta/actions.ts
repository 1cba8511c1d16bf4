/** The actions of a Delta log entry that Afluente writes and reads (Delta protocol, "Actions"). */

export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  /** Of reader version 3 only. */
  readonly readerFeatures?: readonly string[];
  /** Of writer version 7 only. */
  readonly writerFeatures?: readonly string[];
}

export interface Metadata {
  /** UUID of the table, chosen once. */
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly createdTime?: number;
}

export interface AddFile {
  /** URI reference relative to the table's folder. */
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size: number;
  /** Epoch ms. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** JSON text, see `statistics.ts`. */
  readonly stats?: string;
  /** What other writers say of the file. */
  readonly tags?: Readonly<Record<string, string | null>>;
}

export interface RemoveFile {
  readonly path: string;
  readonly dataChange: boolean;
  /** Epoch ms. */
  readonly deletionTimestamp?: number;
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size?: number;
  readonly tags?: Readonly<Record<string, string | null>>;
}

/** How far an application has written: the position that makes appends exactly-once. */
export interface Txn {
  readonly appId: string;
  readonly version: number;
  /** Epoch ms. */
  readonly lastUpdated?: number;
}

/** Free-form by protocol; `commitId` tells a writer its own commit from another's. */
export interface CommitInfo {
  /** Epoch ms. */
  readonly timestamp?: number;
  readonly operation?: string;
  readonly operationParameters?: Readonly<Record<string, string>>;
  readonly isBlindAppend?: boolean;
  readonly engineInfo?: string;
  readonly commitId?: string;
}

/** Each line of an entry is an object with exactly one of these members. */
export type Action =
  | { readonly protocol: Protocol }
  | { readonly metaData: Metadata }
  | { readonly add: AddFile }
  | { readonly remove: RemoveFile }
  | { readonly txn: Txn }
  | { readonly commitInfo: CommitInfo };

/** One version of the table. */
export interface LogEntry {
  readonly version: number;
  readonly actions: readonly Action[];
}
