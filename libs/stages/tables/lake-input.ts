/** One input of a lake table as its Delta `txn` names it. */
import type { StreamFacts } from '#frame/lineage';

export interface LakeInput {
  readonly log: Pick<StreamFacts, 'stream' | 'created'>;
  /** Incarnation of the front stream of the table's source. */
  readonly frontCreated: string;
}

/** The `appId` under which a new table shall know an input: the log, its incarnation, and that of the front stream its events came from. */
export function appIdOf({ log, frontCreated }: LakeInput): string {
  return `${log.stream}@${log.created}~${frontCreated}`;
}

/** The `appId` under which a table knows this log, or shall know it. A front stream that was made again does not make the frames of the log others. */
export function appIdIn(appIds: Iterable<string>, input: LakeInput): string {
  const own = appIdOf(input);
  let known: string | undefined;
  for (const id of appIds) {
    if (id === own) return own;
    if (id.startsWith(incarnationOf(input))) known = id;
  }
  return known ?? own;
}

function incarnationOf({ log }: LakeInput): string {
  return `${log.stream}@${log.created}~`;
}

/**
 * Whether the table has rows from an earlier incarnation of this log although the front stream is still the same: then the log was
 * deleted and its stage has begun anew, with events that the table already holds. With another front stream (a new NATS) they
 * are other events.
 */
export function wasRecreated(appIds: Iterable<string>, input: LakeInput): boolean {
  for (const id of appIds) {
    if (
      !id.startsWith(incarnationOf(input)) &&
      id.startsWith(`${input.log.stream}@`) &&
      id.endsWith(`~${input.frontCreated}`)
    )
      return true;
  }
  return false;
}
