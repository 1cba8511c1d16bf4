/** Properties that could be the id, the key or the event time of a source, the likeliest first. */

import { columnOf } from '#pipeline/model/field-path';
import { counted, differentIn, timesOf } from '../kinds/evidence.js';
import type { Kind } from '../kinds/kind.js';
import { kindOf } from '../kinds/kind-of.js';
import { saysEntity, saysIdentifier, saysLaterTime, saysTime } from '../kinds/name-hints.js';
import type { Place } from '../profile/place.js';
import type { Profile } from '../profile/profile.js';
import { namesLeftOut } from './column-names.js';

export interface Candidate {
  /** Names from the event on, with points between them. */
  readonly path: string;
  readonly place: Place;
  /** What speaks for it. */
  readonly evidence: string;
  /** Higher is likelier. */
  readonly score: number;
}

export interface Candidates {
  readonly id: readonly Candidate[];
  readonly key: readonly Candidate[];
  readonly eventTime: readonly Candidate[];
}

/** A property that every event has, and that is never null. */
export interface Steady {
  readonly path: string;
  readonly name: string;
  readonly level: number;
  readonly place: Place;
  readonly kind: Kind;
}

/** A key of few values would leave most partitions empty. */
const keysMin = 8;

/** @param source what the events are called, e.g. `orders` */
export function candidatesIn(profile: Profile, source: string): Candidates {
  const steady = [...steadyIn(profile.root, profile)];
  return {
    id: ranked(steady, (one) => asId(one, profile, source)),
    key: ranked(steady, (one) => asKey(one, profile)),
    eventTime: ranked(steady, asEventTime),
  };
}

/** In the order of the events' properties. A name with a point would be read as a path. */
export function* steadyIn(place: Place, profile: Profile): Generator<Steady> {
  const leftOut = namesLeftOut([...place.properties.keys()]);
  // Objects with such names are kept as JSON.
  if (leftOut.size > 0 && place !== profile.root) return;
  for (const [name, property] of place.properties) {
    if (property.seen < place.objects || property.nulls > 0 || name.includes('.') || leftOut.has(name)) continue;
    const path = property.path ?? [];
    if (path.length > 1 && hasColumn(profile, columnOf(path.join('.')))) continue;
    const kind = kindOf(property, name, profile);
    yield { path: path.join('.'), name, level: path.length - 1, place: property, kind };
    if (kind.is === 'object') yield* steadyIn(property, profile);
  }
}

/** A column of this name there is already, so a field within an object cannot become it. */
function hasColumn(profile: Profile, column: string): boolean {
  return [...profile.root.properties.keys()].some((name) => name.toLowerCase() === column.toLowerCase());
}

/** Whether its values can be the text of an id or key: an integer, or a text that is never empty. */
export function canIdentify({ place, kind }: Steady, isTextOnly: boolean): boolean {
  if (place.texts.empties > 0) return false;
  if (kind.is === 'decimal') return isTextOnly && kind.scale === 0 && !kind.marks;
  return kind.is === 'text' || kind.is === 'choice' || kind.is === 'uuid' || kind.is === 'integer';
}

export function isUnique({ place }: Steady): boolean {
  return place.identity?.events !== undefined;
}

export function canBeEventTime({ place, kind }: Steady): boolean {
  return kind.is === 'epoch' || (kind.is === 'date-time' && place.texts.areEventTimes);
}

type Judged = Pick<Candidate, 'score' | 'evidence'> | undefined;

function ranked(steady: readonly Steady[], judge: (one: Steady) => Judged): Candidate[] {
  const found = steady.flatMap((one) => {
    const judged = judge(one);
    // What stands at the top of an event is easier to see and to send.
    return judged ? [{ path: one.path, place: one.place, ...judged, score: judged.score - one.level / 2 }] : [];
  });
  return found.sort((a, b) => b.score - a.score);
}

/** What is unique by chance would make later events duplicates, so the name must say it, too; a UUID says it itself. */
function asId(one: Steady, profile: Profile, source: string): Judged {
  if (!canIdentify(one, profile.isTextOnly) || !isUnique(one)) return undefined;
  const isUuid = one.kind.is === 'uuid';
  const said = saysIdentifier(one.name, source);
  return said === 0 && !isUuid ? undefined : { score: said + (isUuid ? 1 : 0), evidence: uniqueness(profile) };
}

export function uniqueness({ events, unique: { every } }: Profile): string {
  const share = every === 1 ? '' : `, as far as every ${counted(every)}th value tells`;
  return `no two of ${counted(events)} different events have the same${share}`;
}

function asKey(one: Steady, profile: Profile): Judged {
  if (!canIdentify(one, profile.isTextOnly) || isUnique(one) || one.place.distinct.count < 2) return undefined;
  const evidence = differentIn(one.place);
  if (saysIdentifier(one.name, '') >= 2) return { score: 3, evidence };
  if (saysEntity(one.name)) return { score: 2, evidence };
  if (one.kind.is === 'integer' || saysTime(one.name) || one.place.distinct.count < keysMin) return undefined;
  return { score: 1, evidence };
}

function asEventTime(one: Steady): Judged {
  if (!canBeEventTime(one)) return undefined;
  const score = saysLaterTime(one.name) ? 1 : saysTime(one.name) ? 2 : 0;
  return { score, evidence: timesOf(one.place, one.kind) ?? '' };
}
