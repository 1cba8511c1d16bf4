/** What references within a schema (`#/$defs/…`) stand for. */
import { asObject, type EventObject } from '../values/event-object.js';
import { withTextsOf } from '../values/exact-number.js';

/** A few definitions that use each other several times stand for more properties than anybody can list. */
const placesMax = 20_000;

/** What was looked at so far. */
class Seen {
  readonly schemas = new Set<unknown>();
  /** Where they stand: a definition counts each time that it is used. */
  places = 0;
}

export class Definitions {
  /** @param around references within which the schema at hand stands */
  constructor(
    private readonly root: EventObject,
    private readonly around: readonly string[] = [],
    private readonly seen = new Seen(),
  ) {}

  /** Every schema that was resolved, and the definitions found. */
  get asked(): ReadonlySet<unknown> {
    return this.seen.schemas;
  }

  /** The schema without a reference of its own, and what goes for the schemas in it; `in itself` for a definition that refers to itself. */
  resolve(schema: unknown): { readonly schema: unknown; readonly definitions: Definitions } | 'in itself' | 'too many' {
    if (++this.seen.places > placesMax) return 'too many';
    this.seen.schemas.add(schema);
    const reference = asObject(schema)?.['$ref'];
    if (typeof reference !== 'string' || !/^#\/[^%]+$/.test(reference)) return { schema, definitions: this };
    if (this.around.includes(reference)) return 'in itself';
    const definition = asObject(this.#at(reference));
    const { $ref: _, ...siblings } = asObject(schema) ?? {};
    if (definition === undefined || '$ref' in definition) return { schema, definitions: this };
    return {
      schema: withTextsOf({ ...definition, ...siblings }, definition, asObject(schema) ?? {}),
      definitions: new Definitions(this.root, [...this.around, reference], this.seen),
    };
  }

  #at(reference: string): unknown {
    let target: unknown = this.root;
    for (const token of reference.slice(2).split('/'))
      target = asObject(target)?.[token.replaceAll('~1', '/').replaceAll('~0', '~')];
    return target;
  }
}

/** A schema without some of its keywords. */
export function without(schema: EventObject, keywords: readonly string[]): EventObject {
  if (keywords.length === 0) return schema;
  return withTextsOf(
    Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword))),
    schema,
  );
}
