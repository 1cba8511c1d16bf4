/** Events too large for a frame, on their way into the lake: their bytes wait in the objects bucket, and move to the lake's store. */
import { type DataFrame, nullCount, rowCount } from '#columns/polars/data-frames';
import { runSql } from '#columns/polars/sql';
import type { ObjectBucket } from '#nats/buckets/object-bucket';
import { HaltError } from '#nats/ground/halt-error';
import type { PlacedEvent } from '#stages/raw/place-events';
import type { ObjectStore } from '#store/object-store';

/** Of the lake; readers of tables do not look there. */
const largeEventsFolder = 'large_events';

/** Objects of one source's large events; each event has names of its own, so that one can go while another stays. */
export function largeEventPrefix(source: string, seq: number, index: number): string {
  return `event.${source}.${seq}_${index}`;
}

/** `ref`: the object that holds the bytes of an event too large for a frame. */
export type Placed = PlacedEvent & { readonly ref?: string };

/** Puts those events of a message into the bucket that do not fit into a frame. @param fits whether so many bytes do */
export function putLargeEvents(
  objects: ObjectBucket,
  source: string,
  seq: number,
  events: readonly PlacedEvent[],
  fits: (bytes: number) => boolean,
): Promise<Placed[]> {
  return Promise.all(
    events.map(async ({ bytes, start, end, key }, index) => {
      if (fits(end - start)) return { bytes, start, end, key };
      const ref = await objects.shelf(largeEventPrefix(source, seq, index)).put([bytes.subarray(start, end)], {});
      return { bytes, start: 0, end: 0, key, ref };
    }),
  );
}

export class LargeEvents {
  constructor(
    private readonly objects: ObjectBucket,
    private readonly store: ObjectStore,
    private readonly source: string,
  ) {}

  /**
   * Copies what these raw rows refer to into the lake, under `large_events/<payload_ref>`. Copying again changes nothing.
   * @returns the references @throws HaltError when the bytes are nowhere
   */
  async keep(rows: DataFrame): Promise<string[]> {
    // Nearly always: SQL would take longer to say so.
    if (nullCount(rows, 'payload_ref') === rowCount(rows)) return [];
    const refs = runSql('SELECT payload_ref FROM rows WHERE payload_ref IS NOT NULL', { rows })
      .rows()
      .map(([ref]) => String(ref));
    for (const ref of refs) await this.#copy(ref);
    return refs;
  }

  /** Frees the bucket of events whose rows are committed. */
  async forget(refs: readonly string[]): Promise<void> {
    for (const ref of refs) await this.objects.remove(ref);
  }

  /** Frees the bucket of events that the lake has, and that a crash kept from being forgotten. */
  async sweep(): Promise<void> {
    for (const ref of await this.objects.keys(`event.${this.source}.>`))
      if (await this.#isKept(ref)) await this.objects.remove(ref);
  }

  async #copy(ref: string): Promise<void> {
    const found = await this.objects.getParts(ref);
    if (found) await this.store.put(keyOf(ref), Buffer.concat(found.parts));
    else if (!(await this.#isKept(ref)))
      throw new HaltError(
        `the large event ${ref} is missing from the objects bucket, and the lake does not have it either`,
      );
  }

  async #isKept(ref: string): Promise<boolean> {
    for await (const { key } of this.store.list(keyOf(ref))) return key === keyOf(ref);
    return false;
  }
}

function keyOf(ref: string): string {
  return `${largeEventsFolder}/${ref}`;
}
