/** The event ids a partition has seen within the horizon: exact in time, 27 bytes each whatever their length, and cheap to snapshot. */
import { type Pieces, UnreadableStateError } from '#frame/step';
import { IdBook } from './id-book.js';

const format = 'event-ids/1';
/** With books of other tasks, which versions that write the first format would not look into. */
const formatWithFormer = 'event-ids/2';

/** First part of a snapshot; the others are chunks of ids, the own ones first. */
interface Head {
  readonly format: string;
  readonly key: string;
  readonly former?: ReadonlyArray<{ readonly task: string; readonly key: string; readonly parts: number }>;
}

/** Ids that a task of a generation before has noted. */
interface Former {
  readonly task: string;
  readonly book: IdBook;
}

/** What a task of the generation before has left. */
export interface FormerIds {
  readonly task: string;
  readonly ids: SeenIds;
}

export class SeenIds {
  private constructor(
    private readonly horizonMs: number,
    private readonly own: IdBook,
    private former: readonly Former[] = [],
  ) {}

  /** @param secret what producers do not know, and what is the same whenever this state is built again */
  static begin(secret: string, horizonMs: number): SeenIds {
    return new SeenIds(horizonMs, IdBook.begin(secret));
  }

  /** Begins where others have ended: an id that one of them has seen is seen. What two of them took from the same task is kept once. */
  static inherit(secret: string, horizonMs: number, predecessors: readonly FormerIds[]): SeenIds {
    const books = [
      ...predecessors.map(({ task, ids }): Former => ({ task, book: ids.own })),
      ...predecessors.flatMap(({ ids }) => ids.former),
    ];
    const former = [...new Map(books.reverse().map((one) => [one.task, one])).values()];
    return new SeenIds(
      horizonMs,
      IdBook.begin(secret),
      former.filter(({ book }) => book.count > 0),
    );
  }

  /** Notes `id` unless it was seen within the horizon before `arrivedMs`. @returns whether it is new */
  add(id: string, arrivedMs: number): boolean {
    const { own, horizonMs } = this;
    let [newestMs, before] = [own.newestMs, own.arrivedMs(id)];
    for (const { book } of this.former) {
      newestMs = Math.max(newestMs, book.newestMs);
      before = Math.max(before ?? -Infinity, book.arrivedMs(id) ?? -Infinity);
    }
    // Arrivals count as never earlier than the one noted before: a clock that steps back must not decide what is forgotten.
    const nowMs = Math.max(arrivedMs, newestMs);
    if (before !== undefined && nowMs - before <= horizonMs) return false;
    this.#forgetBefore(nowMs - horizonMs);
    own.note(nowMs);
    return true;
  }

  /** Ids that are remembered. */
  get count(): number {
    return this.former.reduce((sum, { book }) => sum + book.count, this.own.count);
  }

  /** Memory that they take. */
  get bytes(): number {
    return this.former.reduce((sum, { book }) => sum + book.bytes, this.own.bytes);
  }

  /** Parts that did not change are the same objects as before: all but the first and the last own one, of at most 1.3 MB. */
  snapshot(): Uint8Array[] {
    const { key } = this.own;
    const former = this.former.map(({ task, book }) => ({ task, key: book.key, parts: book.parts() }));
    const head: Head =
      former.length === 0
        ? { format: format, key }
        : {
            format: formatWithFormer,
            key,
            former: former.map(({ parts, ...one }) => ({ ...one, parts: parts.length })),
          };
    return [Buffer.from(JSON.stringify(head)), ...this.own.parts(), ...former.flatMap(({ parts }) => parts)];
  }

  /** Works in pieces of about 10 ms, one for each `yield`. The parts become the memory of the state: do not change them. @throws UnreadableStateError */
  static *restore([first, ...parts]: readonly Uint8Array[], horizonMs: number): Pieces<SeenIds> {
    const { key, former = [] } = readHead(first);
    let at = parts.length - former.reduce((sum, one) => sum + one.parts, 0);
    const own = yield* IdBook.restore(key, parts.slice(0, at));
    const books: Former[] = [];
    for (const one of former) {
      const saved = parts.slice(at, at + one.parts);
      at += one.parts;
      books.push({ task: one.task, book: yield* IdBook.restore(one.key, saved) });
    }
    const seen = new SeenIds(horizonMs, own, books);
    seen.#forgetBefore(Math.max(own.newestMs, ...books.map(({ book }) => book.newestMs)) - horizonMs);
    return seen;
  }

  #forgetBefore(ms: number): void {
    this.own.forgetBefore(ms);
    if (this.former.length === 0) return;
    for (const { book } of this.former) book.forgetBefore(ms);
    if (this.former.some(({ book }) => book.count === 0))
      this.former = this.former.filter(({ book }) => book.count > 0);
  }
}

function readHead(part: Uint8Array | undefined): Head {
  const head = headOf(part);
  if (head?.format !== format && head?.format !== formatWithFormer)
    throw new UnreadableStateError('the snapshot holds event ids in a format that this version does not know');
  return head;
}

function headOf(part: Uint8Array | undefined): Head | undefined {
  try {
    return part && (JSON.parse(Buffer.from(part).toString()) as Head);
  } catch {
    return undefined;
  }
}
