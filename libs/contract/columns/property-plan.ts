/** Which column a property of the schema becomes, and how its values are stored. */
import type { ColumnType } from '#columns/types/column-spec';
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import { type DecimalBounds, decimalBounds, within } from '../values/decimal-bounds.js';
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

/** The column of one property. */
export interface PropertyPlan {
  readonly type: ColumnType;
  readonly store: Store;
  /** The schema lets the property be null. */
  readonly allowsNull: boolean;
  /** True for a property stored as JSON text. */
  readonly json: boolean;
  /** Keywords that `store` checks itself, better than a schema validator can. */
  readonly ownKeywords: readonly string[];
}

const microsPerUnit = new Map([
  ['us', 1],
  ['ms', 1000],
  ['s', 1_000_000],
]);
const boundKeywords = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];

/** The plan of a property schema, or why it cannot become a column. `pointer` is the property's place in the schema. */
export function planProperty(schema: unknown, pointer: string): PropertyPlan | ContractProblem {
  const property = asObject(schema) ?? {};
  const types = typesOf(property);
  const allowsNull = types === undefined || types.includes('null') || property['nullable'] === true;
  const [type, ...others] = types?.filter((name) => name !== 'null') ?? [];
  const plan = (column: ColumnType, store: Store, ownKeywords: string[] = []): PropertyPlan => ({
    type: column,
    store,
    allowsNull,
    json: store === storeJson,
    ownKeywords,
  });
  if (property['format'] === 'decimal') return planDecimal(property, [type, ...others], pointer, plan);
  if (isNumeric([type, ...others])) return plan({ kind: 'float64' }, storeFloat);
  if (type === undefined || others.length > 0) return plan({ kind: 'string' }, storeJson);
  return planSingle(type, property, pointer, plan);
}

type Plan = (column: ColumnType, store: Store, ownKeywords?: string[]) => PropertyPlan;

function planSingle(type: string, property: EventObject, pointer: string, plan: Plan): PropertyPlan | ContractProblem {
  if (type === 'integer') return planInteger(property, pointer, plan);
  if (type === 'number') return plan({ kind: 'float64' }, storeFloat);
  if (type === 'boolean') return plan({ kind: 'bool' }, storeBool);
  if (type !== 'string') return plan({ kind: 'string' }, storeJson);
  if (property['format'] === 'date-time') return plan({ kind: 'timestamp' }, storeDateTime, ['format']);
  if (property['format'] === 'date') return plan({ kind: 'date' }, storeDate, ['format']);
  return planText(property, plan);
}

function planText({ minLength = 0, maxLength = Infinity }: EventObject, plan: Plan): PropertyPlan {
  const bounded = minLength !== 0 || maxLength !== Infinity;
  const store = bounded ? storeTextWithin(Number(minLength), Number(maxLength)) : storeText;
  return plan({ kind: 'string' }, store, ['minLength', 'maxLength']);
}

function planInteger(property: EventObject, pointer: string, plan: Plan): PropertyPlan | ContractProblem {
  const unit = property['x-unit'];
  if (unit === undefined) return plan({ kind: 'int64' }, storeInteger);
  const micros = microsPerUnit.get(String(unit));
  if (micros === undefined)
    return problem(`${pointer}/x-unit`, 'is no unit of time since the epoch: write "s", "ms" or "us"');
  return plan({ kind: 'timestamp' }, storeEpoch(micros));
}

function planDecimal(
  property: EventObject,
  types: readonly unknown[],
  pointer: string,
  plan: Plan,
): PropertyPlan | ContractProblem {
  const { 'x-precision': precision, 'x-scale': scale } = property;
  if (!types.every((type) => type === 'string' || type === 'number' || type === 'integer')) {
    return problem(
      `${pointer}/type`,
      'does not go with format decimal: write ["string", "number"], "string" or "number" (and "null")',
    );
  }
  if (!isDigits(precision, 1, 38))
    return problem(pointer, 'format decimal needs "x-precision", all its digits: write an integer from 1 to 38');
  if (!isDigits(scale, 0, precision)) {
    return problem(
      pointer,
      `format decimal needs "x-scale", its digits behind the point: write an integer from 0 to ${precision}`,
    );
  }
  if ('multipleOf' in property)
    return problem(
      `${pointer}/multipleOf`,
      'cannot be checked exactly: leave it out, "x-scale" sets the smallest unit',
    );
  const bounds = decimalBounds(property, { precision, scale });
  if (typeof bounds === 'string')
    return problem(
      `${pointer}/${bounds}`,
      `has more digits behind the point than "x-scale" ${scale}: write a number with fewer`,
    );
  const store = storeDecimal({ precision, scale });
  return plan({ kind: 'decimal', precision, scale }, bounded(store, bounds), ['format', ...boundKeywords]);
}

function bounded(store: Store, bounds: DecimalBounds): Store {
  return bounds.length === 0 ? store : (value, name, event) => within(store(value, name, event), bounds);
}

function isDigits(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
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
