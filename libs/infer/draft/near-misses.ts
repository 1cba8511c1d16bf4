/** Why a sample has no id or event time, in sentences: what each needs, and what came nearest. */
import { counted, differentIn, howToRead } from '../kinds/evidence.js';
import { kindOf } from '../kinds/kind-of.js';
import { saysIdentifier } from '../kinds/name-hints.js';
import type { Place } from '../profile/place.js';
import type { Profile } from '../profile/profile.js';
import { canBeEventTime, canIdentify, isUnique, steadyIn } from './candidates.js';

/** How the command line calls a role, and what it needs. */
export const roles = {
  id: {
    option: '--id',
    needs:
      'no property is known to identify an event. The id is a text or an integer that every event has, and no two events share',
  },
  key: { option: '--key', needs: 'no property can be the key. The key is a text or an integer that every event has' },
  eventTime: {
    option: '--event-time',
    needs:
      'no property says when an event happened. The event time is a date-time as RFC 3339 writes it (2026-01-31T23:59:59Z), another time with an offset, one without offset whose time zone --time-zone names, or an integer of seconds, milliseconds or microseconds since 1970, in every event',
  },
} as const;

export type Role = keyof typeof roles;

const shownMax = 4;

export function whyNone(role: Role, profile: Profile, name: string): string {
  const near = role === 'eventTime' ? nearTimes(profile) : nearIds(profile, name);
  if (near.length === 0) return `${roles[role].needs}. Let the producers add one.`;
  const orNamed = role === 'id' ? `, or name one of these with ${roles.id.option} if it does` : '';
  return `${roles[role].needs}. Nearest: ${near.slice(0, shownMax).join('; ')}. Let the producers add one${orNamed}.`;
}

function nearIds(profile: Profile, name: string): string[] {
  const steady = [...steadyIn(profile.root, profile)].filter((one) => canIdentify(one, profile.isTextOnly));
  const unique = steady.filter(isUnique).map(({ path }) => `${path} (no two events have the same, by chance or not)`);
  const named = steady
    .filter((one) => !isUnique(one) && saysIdentifier(one.name, name) > 0)
    .map(({ path, place }) => `${path} (${differentIn(place)} in ${counted(profile.events)} events)`);
  return [...unique, ...named];
}

function nearTimes(profile: Profile): string[] {
  return [...allIn(profile.root)].flatMap(({ path, place, whole }) => {
    const kind = kindOf(place, path.split('.').at(-1) ?? '', profile);
    const { texts } = place;
    if (kind.is === 'date') return [`${path} (dates without a time of day)`];
    if (texts.filled > 0 && texts.timeLike === texts.filled && kind.is !== 'date-time')
      return [`${path} (written otherwise, e.g. ${JSON.stringify(texts.timeLikeText)}${howToRead(texts)})`];
    if (kind.is !== 'epoch' && kind.is !== 'date-time') return [];
    const steady = { path, name: '', level: 0, place, kind };
    return canBeEventTime(steady)
      ? [`${path} (in ${counted(place.seen - place.nulls)} of ${counted(whole)})`]
      : [`${path} (before 1684 or after 2255)`];
  });
}

interface Found {
  readonly path: string;
  readonly place: Place;
  readonly whole: number;
}

function* allIn(place: Place): Generator<Found> {
  for (const property of place.properties.values()) {
    yield { path: (property.path ?? []).join('.'), place: property, whole: place.objects };
    yield* allIn(property);
  }
}
