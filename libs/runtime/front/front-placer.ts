/** Finds the events of front messages. A message on which the search ends the process is taken whole, as one event without a key: validate says what is wrong with it. */

import type { Message } from '#stages/raw/message-columns';
import { type EventPlacer, eventPlacer, type PlacedEvent } from '#stages/raw/place-events';
import type { IngestTask } from '#stages/topology/topology';
import type { TaskCare } from '../care/care.js';
import { placeIn } from '../care/death-record.js';
import { beginNarrowing, learn, nextTrial } from '../care/narrowing.js';
import type { TaskMark } from '../care/work-marks.js';
import type { Origin } from './front-origins.js';

/** What is held back for a rehearsal. */
export interface HeldMessage {
  readonly message: { readonly data: Uint8Array };
  readonly delivery: { readonly seq: number };
}

export interface Placing {
  readonly spec: Pick<IngestTask, 'name' | 'source'>;
  readonly care: TaskCare | undefined;
  readonly mark: TaskMark | undefined;
}

export class FrontPlacer {
  /** Places of messages that are taken whole. */
  #whole: ReadonlySet<string>;
  readonly #task: string;
  readonly #place: EventPlacer;
  readonly #care: TaskCare | undefined;
  readonly #mark: TaskMark | undefined;

  private constructor(
    { spec, care, mark }: Placing,
    private readonly created: string,
    private readonly start: number,
  ) {
    this.#task = spec.name;
    this.#place = eventPlacer(spec.source);
    this.#care = care;
    this.#mark = mark;
    // Those before the start are in the raw logs, and will not be read again.
    this.#whole = new Set(care?.record?.whole?.filter((place) => isBehind(place, created, start)));
  }

  /** @param start first front sequence that is read @param lastSeq of the front stream @throws HaltError */
  static async begin(placing: Placing, created: string, start: number, lastSeq: number): Promise<FrontPlacer> {
    await placing.care?.begin(placeIn(created, start - 1), lastSeq >= start);
    return new FrontPlacer(placing, created, start);
  }

  /** @param data must not change while its events are in use */
  place(data: Uint8Array, seq: number, origin: Pick<Origin, 'subject' | 'headers'>): readonly PlacedEvent[] {
    if (this.#whole.size > 0 && this.#whole.has(placeIn(this.created, seq))) return [wholeEvent(data)];
    this.#mark?.begin(0, seq, seq);
    try {
      return this.#place(data, messageOf(origin));
    } finally {
      this.#mark?.end();
    }
  }

  /** Whether messages must be held back until they were rehearsed, or others know that the work on them begins. */
  get mustHold(): boolean {
    return this.#care !== undefined && (this.#care.isSuspect || this.#care.isWatched);
  }

  /**
   * Call before messages are placed that were held back. What is to be taken whole is noted first: whoever places it again, after whatever end,
   * must place it as before. @returns how many messages may be placed now
   */
  async rehearse(messages: readonly HeldMessage[]): Promise<number> {
    await this.#care?.begins();
    if (!this.#care?.isSuspect) return messages.length;
    const held = [...messages];
    const found = await this.#deadly(held.map(({ message }) => message.data));
    const places = found.map((i) => placeIn(this.created, held[i]!.delivery.seq));
    this.#whole = new Set([...this.#whole, ...places]);
    await this.#care.note(
      placeIn(this.created, this.start - 1),
      this.#whole.size > 0 ? { whole: [...this.#whole] } : {},
    );
    this.#care.passed(held.reduce((sum, { message }) => sum + message.data.byteLength, 0));
    return held.length;
  }

  async #deadly(messages: readonly Uint8Array[]): Promise<number[]> {
    let narrowing = beginNarrowing(messages.length);
    for (let next = nextTrial(narrowing); next.kind === 'rows'; next = nextTrial(narrowing)) {
      narrowing = learn(
        narrowing,
        await this.#care!.attempt({ kind: 'place', task: this.#task, messages: messages.slice(next.from, next.to) }),
      );
    }
    return narrowing.guilty.filter(({ from, to }) => to - from === 1).map(({ from }) => from);
  }
}

function messageOf({ subject, headers }: Pick<Origin, 'subject' | 'headers'>): Message {
  return { subject, header: (name) => headers?.textOf(Buffer.from(name)) };
}

function wholeEvent(data: Uint8Array): PlacedEvent {
  return {
    bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
    start: 0,
    end: data.byteLength,
    key: undefined,
  };
}

function isBehind(place: string, created: string, start: number): boolean {
  const seq = Number(place.slice(place.lastIndexOf(':') + 1));
  return place === placeIn(created, seq) && seq >= start;
}
