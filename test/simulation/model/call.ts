/** What travels between a client and the servers: requests to streams and the JetStream API, and their answers. */
import type { ConsumerConfig, StreamConfig } from '@nats-io/jetstream';
import type { ApiError } from './api-error.js';
import type { Publish, Query } from './streams/stored-stream.js';

export type NamedConfig = Partial<StreamConfig> & { readonly name: string };
export interface PurgeOptions {
  readonly seq?: number;
  readonly filter?: string;
}

export type Call =
  | { readonly kind: 'publish'; readonly publish: Publish }
  | { readonly kind: 'info'; readonly stream: string }
  | { readonly kind: 'get'; readonly stream: string; readonly query: Query }
  | { readonly kind: 'purge'; readonly stream: string; readonly options: PurgeOptions }
  | { readonly kind: 'keys'; readonly stream: string; readonly filter: string }
  | { readonly kind: 'add-stream'; readonly config: NamedConfig }
  | { readonly kind: 'update-stream'; readonly stream: string; readonly changes: Partial<StreamConfig> }
  | { readonly kind: 'names'; readonly subject: string }
  | { readonly kind: 'add-consumer'; readonly stream: string; readonly config: Partial<ConsumerConfig> };

export type Answer =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: ApiError }
  /** Nobody listens on the subject: the server answers with status 503 itself. */
  | { readonly kind: 'nobody' };

export const nobody: Answer = { kind: 'nobody' };

export function done(value: unknown): Answer {
  return { kind: 'done', value };
}

export function failed(error: ApiError): Answer {
  return { kind: 'error', error };
}

export function isError(value: object): value is ApiError {
  return 'err_code' in value;
}
