/** A message of the hostile tests, and what must become of it. */
import type { Reason } from '#contract/values/reason';

export type SourceName = 'orders' | 'texts' | 'loose';

/**
 * `silver`; a reason of the quarantine; `refused`: in quarantine for whatever reason; `dropped`: a duplicate, so in bronze only;
 * `any`: nobody has worked it out, but exactly one of them.
 */
export type Fate = 'silver' | 'dropped' | 'refused' | 'any' | Reason;

export interface HostileEvent {
  readonly becomes: Fate;
  /** Its bytes as bronze must hold them; undefined where the borders of the event in its message are not laid down. */
  readonly bytes: Uint8Array | undefined;
}

/** `never`: NATS must store it; `may`: versions of NATS differ; `must`: it has to answer an error; `repeated`: it has to know the Msg-Id. */
export type Refusal = 'never' | 'may' | 'must' | 'repeated';

export interface HostileMessage {
  readonly source: SourceName;
  readonly subject: string | Uint8Array;
  readonly payload: Uint8Array;
  /** The block of headers, whole. */
  readonly head: Uint8Array | undefined;
  /** Names and values of `head`, when it is well formed and bronze must hold them. */
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly refusal: Refusal;
  /** By their place in the message; undefined for a free mutation, of which nobody knows how many events it holds. */
  readonly events: readonly HostileEvent[] | undefined;
}

/** Where a message stands in a run: the same place gives the same message. */
export interface Place {
  readonly seed: number;
  readonly index: number;
  /** The time that the run calls now, epoch ms. */
  readonly nowMs: number;
}
