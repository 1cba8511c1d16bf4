/**
 * Reads an event from its bytes into columns in one pass, without an object and without texts that are only stored.
 *
 * It knows the usual shape: one object of listed properties, each once, no escapes, numbers of up to 15 digits. Whatever else an event has, a fault included, is
 * left to the exact reader (`Contract`), which also says what is wrong. So this one accepts or declines, never refuses, and what it accepts is what the exact one
 * would have (quick-reader.spec.ts).
 */
import type { AnyBuilder } from '#columns/build/builder-of';
import type { ColumnsBuilder } from '#columns/build/columns-builder';
import type { EventObject } from '../values/event-object.js';
import { isPlainRoot, quickValue } from './quick-plan.js';
import type { QuickValue } from './quick-value.js';
import { behindBlanks, isText, quoteByte, textEnd, unusual } from './scan-bytes.js';

const openBrace = 0x7b;
const closeBrace = 0x7d;
const colonByte = 0x3a;
const commaByte = 0x2c;
const letterN = 0x6e;
const nullText = Buffer.from('null');
/** Larger events are few, and their sizes need a look. */
const bytesMax = 8 * 1024;

interface Member {
  readonly name: Buffer;
  readonly value: QuickValue;
  readonly allowsNull: boolean;
  readonly required: boolean;
  seen: boolean;
}

/** @returns undefined when the exact reader must read every event of this contract anyway */
export function quickReader(
  root: EventObject,
  columns: readonly { readonly within: readonly string[] }[],
): QuickReader | undefined {
  const properties = root['properties'] as EventObject;
  const required = Array.isArray(root['required']) ? (root['required'] as unknown[]) : [];
  const names = Object.keys(properties);
  if (!isPlainRoot(root) || required.some((name) => !names.includes(String(name)))) return undefined;
  if (columns.length !== names.length || columns.some(({ within }) => within.length > 0)) return undefined;
  const values = names.map((name) => quickValue(properties[name]));
  const members = names.flatMap((name, at): Member[] => {
    const value = values[at];
    if (value === undefined) return [];
    const allowsNull = allowsNullIn(properties[name]);
    return [{ name: Buffer.from(name), value, allowsNull, required: required.includes(name), seen: false }];
  });
  return members.length === names.length ? new QuickReader(members) : undefined;
}

function allowsNullIn(schema: unknown): boolean {
  const { type, enum: choices } = schema as EventObject;
  return Array.isArray(type) && type.includes('null') && (!Array.isArray(choices) || choices.includes(null));
}

export class QuickReader {
  readonly #byName: ReadonlyMap<string, number>;
  readonly #required: number;
  /** The property that comes next where an event has them in the order of the contract. */
  #next = 0;
  #nameEnd = 0;
  #appendsTo: ColumnsBuilder | undefined;
  #builders: readonly AnyBuilder[] = [];

  constructor(private readonly members: readonly Member[]) {
    this.#byName = new Map(members.map(({ name }, at) => [name.toString(), at]));
    this.#required = members.filter(({ required }) => required).length;
  }

  /** The values of the event that was read last, in the order of the columns. */
  value(at: number): QuickValue {
    return this.members[at]!.value;
  }

  /** @param bytes UTF-8 @returns whether the event was read; else the exact reader must */
  read(bytes: Buffer, start: number, end: number): boolean {
    if (end - start > bytesMax) return false;
    const first = behindBlanks(bytes, start);
    return bytes[first] === openBrace && this.#members(bytes, first + 1, end) === this.#required;
  }

  appendTo(builder: ColumnsBuilder): void {
    const { members } = this;
    if (builder !== this.#appendsTo) {
      this.#appendsTo = builder;
      this.#builders = members.map((_, at) => builder.builder(at));
    }
    for (let at = 0; at < members.length; at++) members[at]!.value.appendTo(this.#builders[at]!);
  }

  /** @returns how many required ones there are; `unusual` when the exact reader must look */
  #members(bytes: Buffer, from: number, end: number): number {
    for (const member of this.members) {
      member.seen = false;
      member.value.isNull = true;
    }
    let required = 0;
    this.#next = 0;
    for (let at = from; at < end; at++) {
      const quote = behindBlanks(bytes, at);
      const member = bytes[quote] === quoteByte ? this.#memberAt(bytes, quote + 1, end) : undefined;
      if (member === undefined || member.seen) return unusual;
      member.seen = true;
      if (member.required) required++;
      const colon = behindBlanks(bytes, this.#nameEnd + 1);
      if (bytes[colon] !== colonByte) return unusual;
      const behind = valueEnd(bytes, behindBlanks(bytes, colon + 1), end, member);
      if (behind < 0) return unusual;
      at = behindBlanks(bytes, behind);
      if (bytes[at] === closeBrace) return at < end && behindBlanks(bytes, at + 1) >= end ? required : unusual;
      if (bytes[at] !== commaByte) return unusual;
    }
    return unusual;
  }

  /** The property whose name begins here; its end is in `#nameEnd`. */
  #memberAt(bytes: Buffer, start: number, end: number): Member | undefined {
    const next = this.members[this.#next];
    if (next !== undefined) {
      const close = start + next.name.length;
      if (bytes[close] === quoteByte && close < end && isText(bytes, start, close, next.name)) {
        this.#next++;
        this.#nameEnd = close;
        return next;
      }
    }
    return this.#memberNamed(bytes, start, textEnd(bytes, start, end));
  }

  #memberNamed(bytes: Buffer, start: number, close: number): Member | undefined {
    const at = close < 0 ? undefined : this.#byName.get(bytes.toString('utf8', start, close));
    if (at === undefined) return undefined;
    this.#nameEnd = close;
    this.#next = at + 1;
    return this.members[at];
  }
}

function valueEnd(bytes: Buffer, at: number, end: number, { value, allowsNull }: Member): number {
  if (bytes[at] !== letterN) return value.read(bytes, at, end);
  const behind = at + nullText.length;
  return allowsNull && behind <= end && isText(bytes, at, behind, nullText) ? behind : unusual;
}
