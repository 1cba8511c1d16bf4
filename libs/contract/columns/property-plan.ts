/** Which column a property of the schema becomes, and how its values are stored. */
import type { ColumnType } from '#columns/types/column-spec';
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import { type DecimalBounds, within } from '../values/decimal-bounds.js';
import { asObject, type EventObject } from '../values/event-object.js';
import { storeJson } from '../values/store-json.js';
import {
  type Store,
  storeBool,
  storeDate,
  storeDateTime,
  storeDecimal,
  storeEpoch,
  storeFloat,
  storeInteger,
  storeText,
  storeTextWithin,
} from '../values/stored.js';
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
  /** Of an object that becomes a struct. */
  readonly fields?: readonly FieldPlan[];
}

/** A field of a struct. */
export interface FieldPlan extends PropertyPlan {
  readonly name: string;
  readonly required: boolean;
}

const microsPerUnit = new Map([
  ['us', 1],
  ['ms', 1000],
  ['s', 1_000_000],
]);
const boundKeywords = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];

/** The plan of a property schema, or what is wrong with it. `pointer` is the property's place in the schema. */
export function planProperty(
  schema: unknown,
  pointer: string,
  definitions: Definitions,
): PropertyPlan | ContractProblem[] {
  const found = definitions.resolve(schema);
  if (found === 'in itself') return { ...jsonPlan, structure: schema };
  const property = asObject(found.schema) ?? {};
  const types = typesOf(property);
  const allowsNull = types === undefined || types.includes('null') || property['nullable'] === true;
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
    others.length === 0 &&
    planNested(type, property, pointer, (inner, at) => planProperty(inner, at, found.definitions));
  if (Array.isArray(nested)) return nested;
  if (nested) return { allowsNull, json: false, ...nested };
  if (type === undefined || others.length > 0) return { ...jsonPlan, allowsNull, structure: found.schema };
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
  if (type === 'integer') return planInteger(property, pointer, plan);
  if (type === 'number') return plan({ kind: 'float64' }, storeFloat);
  if (type === 'boolean') return plan({ kind: 'bool' }, storeBool);
  if (type !== 'string') return { ...plan({ kind: 'string' }, storeJson), json: true };
  if (property['format'] === 'date-time') return plan({ kind: 'timestamp' }, storeDateTime, ['format']);
  if (property['format'] === 'date') return plan({ kind: 'date' }, storeDate, ['format']);
  return planText(property, plan);
}

function planText({ minLength = 0, maxLength = Infinity }: EventObject, plan: Plan): PropertyPlan {
  const bounded = minLength !== 0 || maxLength !== Infinity;
  const store = bounded ? storeTextWithin(Number(minLength), Number(maxLength)) : storeText;
  return plan({ kind: 'string' }, store, ['minLength', 'maxLength']);
}

function planInteger(property: EventObject, pointer: string, plan: Plan): PropertyPlan | ContractProblem[] {
  const unit = property['x-unit'];
  if (unit === undefined) return plan({ kind: 'int64' }, storeInteger);
  const micros = microsPerUnit.get(String(unit));
  if (micros === undefined)
    return [problem(`${pointer}/x-unit`, 'is no unit of time since the epoch: write "s", "ms" or "us"')];
  return plan({ kind: 'timestamp' }, storeEpoch(micros));
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

/** The JSON types a schema names, or those of its `const` or `enum`; `undefined` when it leaves them open. */
function typesOf(property: EventObject): readonly string[] | undefined {
  const { type } = property;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  const values = 'const' in property ? [property['const']] : property['enum'];
  return Array.isArray(values) ? [...new Set(values.map(jsonType))] : undefined;
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
