/** All that the doctor's checks know: gathered before, so that a check only compares. */
import type { FrameHead } from '#frame/head';
import type { StreamFacts } from '#frame/lineage';
import type { TableLook } from '#lake/log/inspect-table';
import type { AccountFacts, PublishRights, ServerFacts } from '#nats/connection/server-facts';
import type { StreamSettings, Wanted } from '#nats/streams/stream-faults';
import type { Identity } from '#runtime/cluster/members';
import type { TaskStatus } from '#runtime/ground/task-status';
import type { PipelineSource } from '#runtime/service/pipeline-source';
import type { Config } from '#runtime/settings/config';
import type { LakeTask, Service, Task, Topology } from '#stages/topology/topology';
import type { Looked } from './looked.js';

export interface Facts {
  /** As it was given. */
  readonly folder: string;
  readonly pipeline: Looked<PipelineFacts>;
  /** Of the services, as far as this environment has them. */
  readonly settings: Looked<Config>;
  readonly nats: Looked<NatsFacts>;
  /** Undefined when no lake is named. */
  readonly lake: Looked<LakeFacts> | undefined;
}

export interface PipelineFacts {
  readonly source: PipelineSource;
  readonly topology: Topology;
}

export interface NatsFacts {
  /** As it was given, without passwords. */
  readonly url: string;
  readonly server: ServerFacts;
  /** Accounts have one, or one for each number of copies. */
  readonly account: Looked<readonly AccountFacts[]>;
  /** Undefined where the server does not tell. */
  readonly rights: PublishRights | undefined;
  /** How far the server's clock is ahead of this machine's, ms, give or take; undefined when nothing shows it. */
  readonly clock: { readonly aheadMs: number; readonly giveMs: number } | undefined;
  /** Of this machine when it looked at NATS, epoch ms. */
  readonly nowMs: number;
  readonly streams: readonly StreamLook[];
  readonly frames: readonly NewestFrame[];
  readonly tasks: readonly TaskLook[];
  /** Processes that were heard of while we looked. */
  readonly alive: Looked<readonly Process[]>;
  /** Session by task; undefined when there is no bucket of leases. */
  readonly leases: Looked<ReadonlyMap<string, string> | undefined>;
  readonly board: Looked<ReadonlyMap<string, TaskStatus> | undefined>;
}

export type Role = 'front' | 'user front' | 'log' | 'bucket';

export interface StreamLook {
  readonly stream: string;
  readonly role: Role;
  /** Of a stream of the user's: the subject that its source takes. */
  readonly filters: readonly string[];
  /** Undefined for a stream of the user's. */
  readonly wanted: Wanted | undefined;
  /** Undefined when it is not there. */
  readonly found: Looked<FoundStream | undefined>;
  /** Other streams that have its subjects, when it is not there. */
  readonly takenBy: readonly string[];
}

export interface FoundStream {
  readonly facts: StreamFacts;
  readonly settings: StreamSettings;
  readonly bytes: number;
}

export interface NewestFrame {
  readonly stream: string;
  readonly service: Service;
  readonly seq: number;
  readonly storedMs: number;
  /** Undefined when the message is no frame. */
  readonly head: FrameHead | undefined;
}

export interface TaskLook {
  readonly task: Task;
  readonly status: TaskStatus | undefined;
  /** Messages that wait in its inputs; undefined when they could not be counted. */
  readonly lag: number | undefined;
  /** When the oldest of them was stored, epoch ms of the server. */
  readonly oldestMs: number | undefined;
}

export interface Process extends Identity {
  readonly leaving: boolean;
}

export interface LakeFacts {
  readonly url: string;
  readonly tables: readonly TableFacts[];
}

export interface TableFacts {
  readonly task: LakeTask;
  readonly look: Looked<TableLook>;
}
