/** From what was seen to the JSON Schema of an event. Each property has its evidence as `$comment`. */
import { evidenceOf } from '../kinds/evidence.js';
import type { Kind } from '../kinds/kind.js';
import { kindOf } from '../kinds/kind-of.js';
import type { Place } from '../profile/place.js';
import type { Profile, Told } from '../profile/profile.js';
import { namesLeftOut } from './column-names.js';

export interface Schema {
  readonly [keyword: string]: unknown;
}

interface Making {
  readonly told: Told;
  /** Places of id and key: any text may come there, also if the sample has few. */
  readonly asText: ReadonlySet<Place>;
}

export function contractOf(profile: Profile, title: string, asText: ReadonlySet<Place>): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    ...structureOf(profile.root, { told: profile, asText }),
  };
}

/** Other properties are let through, into bronze alone: a sample cannot say that there are none. */
function structureOf(place: Place, making: Making): Schema {
  const known = knownIn(place, making);
  const required = known.filter(([, { seen, nulls }]) => seen === place.objects && nulls === 0).map(([name]) => name);
  const properties = known.map(([name, property]) => [name, propertyOf(property, name, place.objects, making)]);
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as Schema,
    ...(required.length > 0 && { required }),
  };
}

/** Of what was never anything but null nobody knows the type: as a column of text it could never become one of numbers, left out it can come later. */
function knownIn(place: Place, { told }: Making): [string, Place][] {
  const leftOut = namesLeftOut([...place.properties.keys()]);
  return [...place.properties].filter(
    ([name, property]) => !leftOut.has(name) && kindOf(property, name, told).is !== 'nothing',
  );
}

function propertyOf(place: Place, name: string, whole: number, making: Making): Schema {
  const kind = kindOf(place, name, making.told);
  return { ...valueSchema(place, kind, making), $comment: evidenceOf(place, kind, whole) };
}

function valueSchema(place: Place, kind: Kind, making: Making): Schema {
  const type = (...types: string[]): Schema => ({
    type: place.nulls > 0 ? [...types, 'null'] : types.length === 1 ? types[0] : types,
  });
  // Another id is no new choice, and 007 no number.
  if (making.asText.has(place) && (kind.is === 'choice' || kind.is === 'flag' || kind.is === 'decimal'))
    return type('string');
  switch (kind.is) {
    case 'nothing':
      return {};
    case 'text':
      return type('string');
    case 'choice':
      return { ...type('string'), enum: [...kind.of, ...(place.nulls > 0 ? [null] : [])] };
    case 'date-time':
    case 'date':
    case 'uuid':
    case 'flag':
      return { ...type('string'), ...keywordsOf(kind) };
    case 'decimal':
      return { ...(kind.marks ? type('string') : type('string', 'number')), ...keywordsOf(kind) };
    case 'integer':
    case 'number':
    case 'boolean':
      return type(kind.is);
    case 'epoch':
      return { ...type('integer'), 'x-unit': kind.unit };
    case 'object':
      return isStructure(place, making) ? { ...structureOf(place, making), ...type('object') } : type('object');
    case 'list':
      return { ...type('array'), ...itemsOf(place, making) };
    case 'mixed':
      return type(...kind.types);
  }
}

/** What a text says, and how. */
function keywordsOf(kind: Extract<Kind, { is: 'date-time' | 'date' | 'uuid' | 'flag' | 'decimal' }>): Schema {
  switch (kind.is) {
    case 'flag':
      return { 'x-type': 'boolean', 'x-true': [kind.yes], 'x-false': [kind.no] };
    case 'decimal':
      return { format: 'decimal', 'x-precision': kind.precision, 'x-scale': kind.scale, ...kind.marks };
    case 'uuid':
      return { format: 'uuid' };
    case 'date-time':
    case 'date':
      return {
        format: kind.is,
        ...(kind.pattern && { 'x-format': kind.pattern }),
        ...(kind.timeZone && { 'x-timezone': kind.timeZone }),
      };
  }
}

/** An object of which each property can be a column of its own. */
function isStructure(place: Place, making: Making): boolean {
  return !place.isFree && namesLeftOut([...place.properties.keys()]).size === 0 && knownIn(place, making).length > 0;
}

function itemsOf({ items }: Place, making: Making): Schema {
  if (items === undefined) return {};
  const kind = kindOf(items, '', making.told);
  return kind.is === 'nothing' ? {} : { items: valueSchema(items, kind, making) };
}
