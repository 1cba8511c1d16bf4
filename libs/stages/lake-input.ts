/** One input of a lake table as its Delta `txn` names it. */
import type { StreamFacts } from '#frame/lineage';

export interface LakeInput {
  readonly log: Pick<StreamFacts, 'stream' | 'created'>;
  /** Incarnation of the front stream of the table's source. */
  readonly frontCreated: string;
}

/** Delta `appId`: the log, its incarnation, and that of the front stream its events came from. */
export function appIdOf({ log, frontCreated }: LakeInput): string {
  return `${log.stream}@${log.created}~${frontCreated}`;
}

/**
 * Whether the table has rows from an earlier incarnation of this log although the front stream is still the same: then the log was
 * deleted and its stage has begun anew, with events that the table already holds. With another front stream (a new NATS) they
 * are other events.
 */
export function wasRecreated(appIds: Iterable<string>, input: LakeInput): boolean {
  const own = appIdOf(input);
  for (const id of appIds) {
    if (id !== own && id.startsWith(`${input.log.stream}@`) && id.endsWith(`~${input.frontCreated}`)) return true;
  }
  return false;
}
