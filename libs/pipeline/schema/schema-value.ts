/** Parts of a JSON Schema that carry the type of their values, so that types and checks have one origin. */

declare const valueType: unique symbol;

/** A schema whose values, defaults filled, are of this type. */
export interface Schema<Value> {
  readonly [keyword: string]: unknown;
  readonly [valueType]?: Value;
}

export type ValueOf<Part> = Part extends Schema<infer Value> ? Value : never;

type Properties = Readonly<Record<string, Schema<unknown>>>;
interface WithDefault {
  readonly default: unknown;
}

type MappingValue<Parts, Required extends keyof Parts> = {
  readonly [Key in keyof Parts as Key extends Required ? Key : Parts[Key] extends WithDefault ? Key : never]: ValueOf<
    Parts[Key]
  >;
} & {
  readonly [Key in keyof Parts as Key extends Required
    ? never
    : Parts[Key] extends WithDefault
      ? never
      : Key]?: ValueOf<Parts[Key]>;
};

/** Names the type of the values that these keywords let through. */
export function schema<Value>(keywords: Readonly<Record<string, unknown>>): Schema<Value> {
  return keywords;
}

/** What holds when the key is not written. */
export function withDefault<Part extends Schema<unknown>>(part: Part, byDefault: unknown): Part & WithDefault {
  return { ...part, default: byDefault };
}

/** Keys that are known by name. */
export function mapping<const Parts extends Properties, const Required extends keyof Parts & string = never>(
  description: string,
  properties: Parts,
  required: readonly Required[] = [],
): Schema<MappingValue<Parts, Required>> & { readonly properties: Parts } {
  return {
    'x-must': 'a mapping (indented "name: value" lines)',
    description,
    type: 'object',
    properties,
    required,
    additionalProperties: false,
  };
}

/** Keys that the user names. @param each what one of them names @param otherwise what holds when there is none, in words */
export function named<Value>(
  description: string,
  names: 'name' | 'tableAlias',
  each: string,
  values: Schema<Value>,
  otherwise = 'none',
): Schema<Readonly<Record<string, Value>>> {
  return {
    'x-must': 'a mapping from names to what they mean',
    'x-each': each,
    'x-otherwise': otherwise,
    description,
    type: 'object',
    propertyNames: { $ref: `#/$defs/${names}` },
    additionalProperties: values,
  };
}
