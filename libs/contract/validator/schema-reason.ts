/** Names the reason and the place of a breach that the schema validator found. */
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { EventObject } from '../values/event-object.js';
import type { Reason } from '../values/reason.js';
import { pointerTo, type Rejected, rejected } from '../values/rejection.js';

const reasonOfKeyword: Readonly<Record<string, Reason>> = {
  type: 'wrong_type',
  nullable: 'wrong_type',
  required: 'missing_field',
  dependentRequired: 'missing_field',
  additionalProperties: 'unexpected_field',
  unevaluatedProperties: 'unexpected_field',
  propertyNames: 'unexpected_field',
  format: 'wrong_format',
  pattern: 'pattern_mismatch',
  enum: 'not_in_enum',
  const: 'not_in_enum',
  minimum: 'out_of_bounds',
  maximum: 'out_of_bounds',
  exclusiveMinimum: 'out_of_bounds',
  exclusiveMaximum: 'out_of_bounds',
  multipleOf: 'out_of_bounds',
  minLength: 'out_of_bounds',
  maxLength: 'out_of_bounds',
  minItems: 'out_of_bounds',
  maxItems: 'out_of_bounds',
  minProperties: 'out_of_bounds',
  maxProperties: 'out_of_bounds',
};

/** Parameters of a breach that name a member of the place it was found at. */
const memberParams = ['missingProperty', 'additionalProperty', 'unevaluatedProperty', 'propertyName'];

/** More would not fit into a message. */
const choicesMax = 100;

/** The rejection for the first error. Values of the event never get into the message. */
export function schemaRejection(errors: readonly ErrorObject[], event: EventObject): Rejected {
  const [error] = errors;
  if (error === undefined) return rejected('contract', '', 'breaks the contract');
  const { keyword, instancePath, params, message = 'breaks the contract' } = error;
  const member = memberParams.map((name) => params[name]).find((name) => typeof name === 'string');
  const pointer = member === undefined ? instancePath : pointerTo(instancePath, member);
  const reason = reasonOfKeyword[keyword] ?? 'contract';
  if (reason === 'wrong_type' && isInfinite(valueAt(event, instancePath))) {
    return rejected('number_out_of_range', pointer, 'must be a finite number');
  }
  return rejected(reason, pointer, `${message}${choices(params)}`);
}

function choices(params: Record<string, unknown>): string {
  if (Array.isArray(params['allowedValues']))
    return `: ${params['allowedValues']
      .slice(0, choicesMax)
      .map((value) => JSON.stringify(value))
      .join(', ')}`;
  return 'allowedValue' in params ? `: ${JSON.stringify(params['allowedValue'])}` : '';
}

function isInfinite(value: unknown): boolean {
  return value === Infinity || value === -Infinity;
}

function valueAt(event: unknown, pointer: string): unknown {
  let value: unknown = event;
  for (const token of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, token.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return value;
}
