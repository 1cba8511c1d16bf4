/** Follows how far the tables of a lake have committed each of their logs: the `txn` actions of their Delta logs. */
import { readLogAfter } from '#lake/log/read-log';
import type { ObjectStore } from '#store/object-store';

interface Followed {
  version: number;
  readonly byStream: Map<string, number>;
}

export class LakePositions {
  readonly #tables = new Map<string, Followed>();

  constructor(private readonly store: ObjectStore) {}

  /** Last committed sequence of `stream` in `table`; undefined before its first commit. Reads what is new in the table's log. */
  async read(table: string, streams: readonly string[]): Promise<readonly (number | undefined)[]> {
    const followed = this.#tables.get(table) ?? { version: -1, byStream: new Map<string, number>() };
    this.#tables.set(table, followed);
    for (const { version, actions } of await readLogAfter(this.store, table, followed.version)) {
      for (const action of actions)
        if ('txn' in action) followed.byStream.set(streamOfAppId(action.txn.appId), action.txn.version);
      followed.version = version;
    }
    return streams.map((stream) => followed.byStream.get(stream));
  }
}

/** An appId is `<stream>@<incarnation>~<incarnation of the front stream>`. */
function streamOfAppId(appId: string): string {
  return appId.slice(0, appId.indexOf('@'));
}
