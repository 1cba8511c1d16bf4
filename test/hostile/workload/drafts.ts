/** Events that keep their contracts: what the kinds begin with. */
import type { Dice } from './dice.js';
import type { Place, SourceName } from './hostile-message.js';

export type Draft = Readonly<Record<string, unknown>>;

export const regions = ['north', 'south', 'east', 'west'];
/** Texts that a folder must not be named after as they are; all of them are in the contract's enum. */
export const hostileRegions = ['a/b', 'a%2Fb', 'a=b', '..', ' lead', 'ção 🛒', 'line\nbreak'];
/** Partition values of a column that must not be null. */
const zones = ['a', 'b', 'c'];
export const zeroRegion = 'zero\u0000';
export const longRegion = 'x'.repeat(300);
/** Windows of this region have sums that leave 64 bits. */
export const overflowRegion = 'overflow';

const customersCount = 60;
/** Honest events lie so long before the run. */
const honestMs = 30 * 60_000;

/** An id that no other message has, and that no mutation of another one can become. */
export function idOf({ seed, index }: Pick<Place, 'seed' | 'index'>, part = 0): string {
  return `${index}.${part}-${checkOf(seed + part, index).toString(36)}`;
}

function checkOf(seed: number, index: number): number {
  return (Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b)) >>> 0;
}

/** Stands in texts that no message about another event may quote. */
export function canaryOf({ index }: Pick<Place, 'index'>): string {
  return `canary-${index}-`;
}

export function honestTime({ nowMs }: Place, dice: Dice): string {
  return new Date(nowMs - dice.below(honestMs)).toISOString();
}

export function order(place: Place, dice: Dice, part = 0): Draft {
  const cents = dice.below(100_000);
  const price = (cents / 100).toFixed(2);
  return {
    order_id: idOf(place, part),
    customer: `customer ${dice.below(customersCount)}`,
    placed_at: honestTime(place, dice),
    region: dice.one(regions),
    pieces: 1 + dice.below(9),
    price: dice.below(2) === 0 ? price : Number(price),
    score: dice.below(1_000) - 500,
    cast: String(dice.below(1_000_000)),
    note: canaryOf(place),
    ...(dice.below(4) === 0 && { fee: dice.below(10_000) / 100 }),
    ...(dice.below(4) === 0 && { code: 'A1-B2-C3' }),
    ...(dice.below(4) === 0 && { tags: ['a', 'b,c', 'ç'] }),
  };
}

/** A whole number that no other message has, nor any mutation of another one: below 2^53 for four million messages with 32 parts each. */
export function numberOf({ seed, index }: Pick<Place, 'seed' | 'index'>, part = 0): number {
  return (index + 1) * 2 ** 31 + (checkOf(seed, index) >>> 6) * 32 + part;
}

export function text(place: Place, dice: Dice, part = 0): Draft {
  return {
    id: numberOf(place, part),
    k: dice.below(100),
    at: place.nowMs - dice.below(honestMs),
    shard: dice.below(5),
    name: canaryOf(place),
  };
}

export function loose(place: Place, dice: Dice): Draft {
  return {
    id: idOf(place),
    k: `k${dice.below(20)}`,
    at: honestTime(place, dice),
    zone: dice.one(zones),
    amount: `${dice.below(100_000)}.${dice.below(10)}`,
    body: { name: canaryOf(place), list: [1, null, 'x'] },
  };
}

export function draftOf(source: SourceName, place: Place, dice: Dice): Draft {
  return source === 'orders' ? order(place, dice) : source === 'texts' ? text(place, dice) : loose(place, dice);
}
