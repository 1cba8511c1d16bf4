/** From a property that says how its values are written to the plain property that they are of, and what makes them so. */
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import type { EventObject } from '../values/event-object.js';
import { withTextsOf } from '../values/exact-number.js';
import { Unstorable } from '../values/stored.js';
import { booleanRewriter, listed } from './booleans.js';
import { centsProblems } from './counts.js';
import { allowsNull, filledTypes } from './json-types.js';
import { keywordProblems, keywordsIn, type Written, writtenAs } from './keywords.js';
import { numberExample, numberRewriter, plainNumbers } from './numbers.js';
import type { Rewrite } from './rewrite.js';
import { textRewriter } from './texts.js';

export interface PlainProperty {
  /** As JSON Schema would have it, were the values written as JSON has them. */
  readonly property: EventObject;
  /** Undefined when nothing is to be rewritten. */
  readonly rewrite?: Rewrite | undefined;
}

/** A value that was text, after `x-trim` and the like, or a number. */
interface Way {
  readonly type?: string;
  readonly problems?: ContractProblem[];
  readonly rewrite?: Rewrite;
}

const ways: Readonly<Record<Written, (property: EventObject, pointer: string) => Way>> = {
  text: textWay,
  time: () => ({}),
  other: () => ({}),
  decimal: decimalWay,
  number: numberWay,
  count: countWay,
  boolean: booleanWay,
};

/** @param pointer of the property in the schema */
export function plainProperty(property: EventObject, pointer: string): PlainProperty | ContractProblem[] {
  if (keywordsIn(property).length === 0) return { property };
  const problems = keywordProblems(property, pointer);
  if (problems.length > 0) return problems;
  const way = ways[writtenAs(property)](property, pointer);
  if (way.problems && way.problems.length > 0) return way.problems;
  return { property: typed(property, way.type), rewrite: rewriter(property, way.rewrite) };
}

function typed(property: EventObject, type: string | undefined): EventObject {
  if (type === undefined) return property;
  return withTextsOf({ ...property, type: allowsNull(property) ? [type, 'null'] : type }, property);
}

/** Texts first, then what they stand for. A value of another type than the property may have is refused here: the schema no longer knows them. */
function rewriter(property: EventObject, read: Rewrite | undefined): Rewrite | undefined {
  const text = textRewriter(property);
  if (text === undefined && read === undefined) return undefined;
  const types = filledTypes(property);
  const wrongType = new Unstorable('wrong_type', `must be ${types.join(' or ')}`);
  return (value, name, holder) => {
    if (!hasType(value, types)) return wrongType;
    const stored = typeof value === 'string' && text !== undefined ? text(value) : value;
    return stored === null || read === undefined ? stored : read(stored, name, holder);
  };
}

/** Whether a number is an integer, the schema says. */
function hasType(value: unknown, types: readonly string[]): boolean {
  return types.includes(typeof value) || (typeof value === 'number' && types.includes('integer'));
}

/** A choice that the text cannot be once it is stored would refuse all that mean it. */
function textWay(property: EventObject, pointer: string): Way {
  const stored = textRewriter(property);
  const isOther = (choice: unknown): boolean =>
    typeof choice === 'string' && stored !== undefined && stored(choice) !== choice;
  const problems = choicesIn(property).flatMap(([keyword, choice]) =>
    isOther(choice)
      ? [
          problem(
            `${pointer}/${keyword}`,
            'is compared with the text that is stored, which is never so: write it as it becomes by x-trim, x-case and x-empty',
          ),
        ]
      : [],
  );
  return { problems };
}

/** Each value of `enum` and `const`, with its place. */
function choicesIn(property: EventObject): [place: string, choice: unknown][] {
  const choices = listed(property['enum']).map((choice, at): [string, unknown] => [`enum/${at}`, choice]);
  return 'const' in property ? [...choices, ['const', property['const']]] : choices;
}

function decimalWay(property: EventObject, pointer: string): Way {
  if (!('x-decimal' in property || 'x-thousands' in property)) return {};
  const read = plainNumbers(property, false);
  const wrong = wrongNumber(property, Number(property['x-scale']));
  return {
    problems: [...markProblems(property, pointer), ...choiceProblems(property, pointer, [])],
    rewrite: (value) => (typeof value === 'string' ? (read(value) ?? wrong) : value),
  };
}

function numberWay(property: EventObject, pointer: string): Way {
  const isInteger = property['x-type'] === 'integer';
  return {
    type: String(property['x-type']),
    problems: [...markProblems(property, pointer), ...textProblems(property, pointer)],
    rewrite: readNumbers(property, isInteger ? 0 : 1, !isInteger),
  };
}

/** Of a unit: cents are whole, times may have fractions. */
function countWay(property: EventObject, pointer: string): Way {
  const isCents = property['x-unit'] === 'cents';
  const problems = centsProblems(property, pointer);
  if (!filledTypes(property).includes('string')) return { problems };
  return {
    type: isCents ? 'integer' : 'number',
    problems: [...problems, ...textProblems(property, pointer)],
    rewrite: readNumbers(property, isCents ? 0 : 1, false),
  };
}

function booleanWay(property: EventObject, pointer: string): Way {
  const [yes, no] = [listed(property['x-true']), listed(property['x-false'])];
  if (yes.length === 0 || no.length === 0)
    return {
      problems: [
        problem(pointer, '"x-type": "boolean" needs both "x-true" and "x-false": list what is written for each'),
      ],
    };
  const both = yes.findIndex((one) => no.includes(one));
  const twice = both < 0 ? [] : [problem(`${pointer}/x-true/${both}`, 'is in "x-false", too: leave it in one of them')];
  return {
    type: 'boolean',
    problems: [...twice, ...textProblems(property, pointer, 'boolean')],
    rewrite: booleanRewriter(property),
  };
}

function readNumbers(property: EventObject, digitsBehind: number, exponents: boolean): Rewrite {
  const read = numberRewriter(plainNumbers(property, exponents), wrongNumber(property, digitsBehind));
  return (value, name, holder) => (typeof value === 'string' ? read(value, name, holder) : value);
}

function wrongNumber(property: EventObject, digitsBehind: number): Unstorable {
  return new Unstorable('wrong_format', `must be a number such as ${numberExample(property, digitsBehind)}`);
}

/** A point that groups digits cannot be a decimal mark, too. */
function markProblems(property: EventObject, pointer: string): ContractProblem[] {
  const { 'x-decimal': mark, 'x-thousands': thousands } = property;
  if (thousands === undefined) return [];
  if (mark === thousands)
    return [problem(`${pointer}/x-thousands`, 'is the decimal mark, too: write two different signs')];
  const isWhole = property['x-type'] === 'integer' || property['x-scale'] === 0;
  return thousands === '.' && mark === undefined && !isWhole
    ? [problem(`${pointer}/x-thousands`, 'is the point, which is the decimal mark by default: write "x-decimal": ","')]
    : [];
}

/** @param types of values that can be stored */
function choiceProblems(property: EventObject, pointer: string, types: readonly string[]): ContractProblem[] {
  const write = types.length === 0 ? 'write minimum and maximum' : `write a ${types.join(' or ')}`;
  return choicesIn(property)
    .filter(([, choice]) => choice !== null && !types.includes(typeof choice))
    .map(([place]) =>
      problem(`${pointer}/${place}`, `is compared with the value that is stored, not with its text: ${write}`),
    );
}

const keywordsOfTexts = ['pattern', 'minLength', 'maxLength', 'contentEncoding', 'contentMediaType'];

/** The schema sees the number or boolean, which has no characters. */
function textProblems(property: EventObject, pointer: string, type = 'number'): ContractProblem[] {
  const lost = keywordsOfTexts
    .filter((keyword) => keyword in property)
    .map((keyword) =>
      problem(
        `${pointer}/${keyword}`,
        'is about texts, but what is stored is none: leave it out, or write minimum, maximum or enum',
      ),
    );
  return [...lost, ...choiceProblems(property, pointer, [type])];
}
