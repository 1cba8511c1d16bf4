/** Finds the events of a message and their keys, quickly where the message is one flat object. */
import { envelopeOf } from '#envelopes/all-envelopes';
import { stepsOf } from '#pipeline/model/field-path';
import type { FieldsBeside, Source } from '#pipeline/model/model';
import { type KeyFinder, keyFinder } from './event-key.js';
import { type Message, MessageReader } from './message-columns.js';
import { keyInEvent, splitEvents } from './split-events.js';
import { WrappedKey } from './wrapped-key.js';

/** An event inside its message. */
export interface PlacedEvent {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Text of the key; undefined when it has none: validate will refuse the event. */
  readonly key: string | undefined;
}

/** Gives the events of a message's bytes, which must not change while they are in use. */
export type EventPlacer = (data: Uint8Array, message: Message) => readonly PlacedEvent[];

/** @param source its key may stand in the event, in its envelope, or be a token of the subject, or a header */
export function eventPlacer(source: FieldsBeside & Pick<Source, 'key'>): EventPlacer {
  const { key: keyPath } = source;
  const envelope = envelopeOf(source.envelope);
  if (envelope !== undefined) return placerInEnvelopes(new WrappedKey(source, envelope));
  const reader = new MessageReader(source);
  if (!reader.names.includes(keyPath)) return placerByField(keyPath);
  const place = placer([], keyFinder([]));
  return (data, message) => {
    const key = reader.textOf(message, keyPath);
    return place(data).map((event) => ({ ...event, key }));
  };
}

function placerInEnvelopes(key: WrappedKey): EventPlacer {
  return (data, message) => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const whole = key.ofWhole(message, bytes);
    if (whole !== undefined) return [{ bytes, start: 0, end: bytes.length, key: whole.key }];
    const quick = key.find(bytes, 0, bytes.length);
    if (quick !== undefined) return [{ bytes, start: 0, end: bytes.length, key: quick }];
    return splitEvents(bytes, key.search(message)).map((slice) => ({ bytes, ...slice }));
  };
}

function placerByField(keyPath: string): (data: Uint8Array) => readonly PlacedEvent[] {
  const steps = stepsOf(keyPath);
  return placer(steps, keyFinder(steps));
}

function placer(steps: readonly string[], find: KeyFinder): (data: Uint8Array) => readonly PlacedEvent[] {
  const key = keyInEvent(steps, find);
  let chunk: Buffer = Buffer.alloc(0);
  return (data) => {
    // Messages that came in one read share its memory: one Buffer over it serves them all.
    if (chunk.buffer !== data.buffer) chunk = Buffer.from(data.buffer);
    const [start, end] = [data.byteOffset, data.byteOffset + data.byteLength];
    const quick = find(chunk, start, end);
    if (quick !== undefined) return [{ bytes: chunk, start, end, key: quick }];
    const bytes = chunk.subarray(start, end);
    return splitEvents(bytes, key).map((slice) => ({ bytes, ...slice }));
  };
}
