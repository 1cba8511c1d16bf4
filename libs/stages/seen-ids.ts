/** The event ids a partition has seen within the horizon: exact, and cheap to snapshot because old segments never change. */
import { FrameBuilder } from '#columns/arrow-builder';
import { Int64Builder } from '#columns/arrow-integer';
import { readColumns } from '#columns/arrow-reader';
import { StringBuilder } from '#columns/arrow-text';
import { BytesColumn, Int64Column } from '#columns/arrow-view';

/** A JavaScript Map holds at most 2^24 entries. */
const MAP_ENTRIES_MAX = 8_000_000;
const SEGMENT_IDS_MAX = 250_000;

interface Segment {
  readonly ids: string[];
  readonly arrivedMs: number[];
  /** The encoded segment, once it is sealed. */
  bytes: Uint8Array | undefined;
}

export class SeenIds {
  readonly #maps: Array<Map<string, number>> = [new Map()];
  #segments: Segment[] = [];
  /** Arrivals count as never earlier than the one noted before: a clock that steps back must not decide what is forgotten. */
  #newestMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly horizonMs: number) {}

  /** Notes `id` unless it was seen within the horizon before `arrivedMs`. @returns whether it is new */
  add(id: string, arrivedMs: number): boolean {
    const before = this.#arrival(id);
    const nowMs = Math.max(arrivedMs, this.#newestMs);
    if (before !== undefined && nowMs - before <= this.horizonMs) return false;
    this.#forget(nowMs);
    if (before !== undefined) this.#drop(id);
    this.#note(id, nowMs);
    return true;
  }

  snapshot(): Uint8Array[] {
    this.#mergeSmall();
    return this.#segments.map((segment) => (segment.bytes ??= encode(segment)));
  }

  static restore(parts: readonly Uint8Array[], horizonMs: number): SeenIds {
    const seen = new SeenIds(horizonMs);
    for (const bytes of parts) seen.#load(bytes);
    return seen;
  }

  #arrival(id: string): number | undefined {
    if (this.#maps.length === 1) return this.#maps[0]!.get(id);
    for (const map of this.#maps) {
      const arrived = map.get(id);
      if (arrived !== undefined) return arrived;
    }
    return undefined;
  }

  #note(id: string, arrivedMs: number): void {
    let segment = this.#segments.at(-1);
    if (!segment || segment.bytes || segment.ids.length >= SEGMENT_IDS_MAX) {
      segment = { ids: [], arrivedMs: [], bytes: undefined };
      this.#segments.push(segment);
    }
    segment.ids.push(id);
    segment.arrivedMs.push(arrivedMs);
    this.#remember(id, arrivedMs);
  }

  #drop(id: string): void {
    for (const map of this.#maps) map.delete(id);
  }

  #remember(id: string, arrivedMs: number): void {
    this.#newestMs = arrivedMs;
    if (this.#maps.at(-1)!.size >= MAP_ENTRIES_MAX) this.#maps.push(new Map());
    this.#maps.at(-1)!.set(id, arrivedMs);
  }

  /** Frees memory only: whether an id counts as seen is decided by its own arrival. */
  #forget(nowMs: number): void {
    for (let oldest = this.#segments[0]; oldest && nowMs - oldest.arrivedMs.at(-1)! > this.horizonMs; oldest = this.#segments[0]) {
      for (const [i, id] of oldest.ids.entries()) {
        for (const map of this.#maps) if (map.get(id) === oldest.arrivedMs[i]) map.delete(id);
      }
      this.#segments.shift();
    }
  }

  /** Snapshots seal a segment each time; neighbours of similar size merge, so there are few and most are stored once. */
  #mergeSmall(): void {
    for (let last = this.#segments.length - 1; last > 0; last--) {
      const [a, b] = [this.#segments[last - 1]!, this.#segments[last]!];
      if (a.ids.length > 2 * b.ids.length || a.ids.length + b.ids.length > SEGMENT_IDS_MAX) return;
      this.#segments.splice(last - 1, 2, { ids: a.ids.concat(b.ids), arrivedMs: a.arrivedMs.concat(b.arrivedMs), bytes: undefined });
    }
  }

  #load(bytes: Uint8Array): void {
    const columns = readColumns(bytes);
    const ids = columns.column('id', BytesColumn);
    const arrived = columns.column('arrived_ms', Int64Column);
    const segment: Segment = { ids: [], arrivedMs: [], bytes };
    for (let row = 0; row < columns.rows; row++) {
      segment.ids.push(ids.text(row));
      segment.arrivedMs.push(arrived.number(row));
      this.#drop(segment.ids[row]!);
      this.#remember(segment.ids[row]!, segment.arrivedMs[row]!);
    }
    this.#segments.push(segment);
  }
}

function encode(segment: Segment): Uint8Array {
  const frame = new FrameBuilder([
    { name: 'id', type: { kind: 'string' }, nullable: false },
    { name: 'arrived_ms', type: { kind: 'int64' }, nullable: false },
  ]);
  const ids = frame.column('id', StringBuilder);
  const arrived = frame.column('arrived_ms', Int64Builder);
  for (const [i, id] of segment.ids.entries()) {
    ids.append(id);
    arrived.append(segment.arrivedMs[i]!);
    frame.endRow();
  }
  return frame.finish();
}
