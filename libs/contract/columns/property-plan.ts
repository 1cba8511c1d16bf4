/** Which column a property of the schema becomes, and how its values are stored. */
import type { ColumnType } from '#columns/types/column-spec';
import { type ContractProblem, isProblems, problem } from '../validator/contract-problem.js';
import { type DecimalBounds, within } from '../values/decimal-bounds.js';
import { asObject, type EventObject } from '../values/event-object.js';
import { storeJson } from '../values/store-json.js';
import {
  type Store,
  storeBool,
  storeDecimal,
  storeFloat,
  storeInteger,
  storeText,
  storeTextWithin,
} from '../values/stored.js';
import { countedBy } from '../writing/counts.js';
import { allowsNull as isNullable, typesOf } from '../writing/json-types.js';
import { plainProperty } from '../writing/plain-property.js';
import type { Rewrite } from '../writing/rewrite.js';
import { timeOf } from '../writing/time-property.js';
import { decimalOf } from './decimal-property.js';
import { type Definitions, without } from './definitions.js';
import { planNested } from './nested-plan.js';

/** The column of one property. */
export interface PropertyPlan {
  readonly type: ColumnType;
  readonly store: Store;
  /** The schema lets the property be null. */
  readonly allowsNull: boolean;
  /** True for a property stored as JSON text. */
  readonly json: boolean;
  /** The property for a schema validator: without what `store` checks itself, and better. */
  readonly structure: unknown;
  /** Makes plain values of those that are written in another way; the schema and `store` see these. */
  readonly rewrite?: Rewrite | undefined;
  /** Of an object that becomes a struct. */
  readonly fields?: readonly FieldPlan[];
}

/** A field of a struct. */
export interface FieldPlan extends PropertyPlan {
  readonly name: string;
  readonly required: boolean;
}

const tooMany =
  'is one of more than 20,000 properties, counted wherever definitions use definitions: write "x-json": true at objects that may stay JSON text';
const boundKeywords = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];

/** The plan of a property schema, or what is wrong with it. `pointer` is the property's place in the schema. */
export function planProperty(
  schema: unknown,
  pointer: string,
  definitions: Definitions,
): PropertyPlan | ContractProblem[] {
  const found = definitions.resolve(schema);
  if (found === 'in itself') return { ...jsonPlan, structure: schema };
  if (found === 'too many') return [problem(pointer, tooMany)];
  const written = asObject(found.schema) ?? {};
  const plain = plainProperty(written, pointer);
  if (isProblems(plain)) return plain;
  const { property, rewrite } = plain;
  const plan = planPlain(property === written ? found.schema : property, property, pointer, found.definitions);
  return rewrite === undefined || isProblems(plan) ? plan : { ...plan, rewrite };
}

function planPlain(
  schema: unknown,
  property: EventObject,
  pointer: string,
  definitions: Definitions,
): PropertyPlan | ContractProblem[] {
  const types = typesOf(property);
  const allowsNull = isNullable(property);
  const [type, ...others] = types?.filter((name) => name !== 'null') ?? [];
  const plan: Plan = (column, store, ownKeywords = []) => ({
    type: column,
    store,
    allowsNull,
    json: false,
    structure: without(property, ownKeywords),
  });
  if (property['format'] === 'decimal') return planDecimal(property, [type, ...others], pointer, plan);
  if (isNumeric([type, ...others])) return plan({ kind: 'float64' }, storeFloat);
  const nested =
    others.length === 0 && planNested(type, property, pointer, (inner, at) => planProperty(inner, at, definitions));
  if (Array.isArray(nested)) return nested;
  if (nested) return { allowsNull, json: false, ...nested };
  if (type === undefined || others.length > 0) return { ...jsonPlan, allowsNull, structure: schema };
  return planSingle(type, property, pointer, plan);
}

const jsonPlan = { type: { kind: 'string' }, store: storeJson, allowsNull: true, json: true } as const;

type Plan = (column: ColumnType, store: Store, ownKeywords?: string[]) => PropertyPlan;

function planSingle(
  type: string,
  property: EventObject,
  pointer: string,
  plan: Plan,
): PropertyPlan | ContractProblem[] {
  if (type === 'integer' || type === 'number') return planNumber(type === 'integer', property, plan);
  if (type === 'boolean') return plan({ kind: 'bool' }, storeBool);
  if (type !== 'string') return { ...plan({ kind: 'string' }, storeJson), json: true };
  if (property['format'] === 'date-time') return planTime('timestamp', property, pointer, plan);
  if (property['format'] === 'date') return planTime('date', property, pointer, plan);
  return planText(property, plan);
}

function planText({ minLength = 0, maxLength = Infinity }: EventObject, plan: Plan): PropertyPlan {
  const bounded = minLength !== 0 || maxLength !== Infinity;
  const store = bounded ? storeTextWithin(Number(minLength), Number(maxLength)) : storeText;
  return plan({ kind: 'string' }, store, ['minLength', 'maxLength']);
}

function planTime(
  kind: 'timestamp' | 'date',
  property: EventObject,
  pointer: string,
  plan: Plan,
): PropertyPlan | ContractProblem[] {
  const store = timeOf(property, pointer);
  return typeof store === 'function' ? plan({ kind }, store, ['format']) : [store];
}

function planNumber(isInteger: boolean, property: EventObject, plan: Plan): PropertyPlan {
  if ('x-unit' in property) {
    const { type, store } = countedBy(property, isInteger);
    return plan(type, store);
  }
  return isInteger ? plan({ kind: 'int64' }, storeInteger) : plan({ kind: 'float64' }, storeFloat);
}

function planDecimal(
  property: EventObject,
  types: readonly unknown[],
  pointer: string,
  plan: Plan,
): PropertyPlan | ContractProblem[] {
  const decimal = decimalOf(property, types, pointer);
  if ('message' in decimal) return [decimal];
  const { shape, bounds } = decimal;
  return plan({ kind: 'decimal', ...shape }, bounded(storeDecimal(shape), bounds), ['format', ...boundKeywords]);
}

function bounded(store: Store, bounds: DecimalBounds): Store {
  return bounds.length === 0
    ? store
    : (value, name, holder, event) => within(store(value, name, holder, event), bounds);
}

function isNumeric(types: readonly unknown[]): boolean {
  return types.length > 1 && types.every((type) => type === 'number' || type === 'integer');
}
