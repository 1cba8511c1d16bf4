/** Kinds of settings: how the text of an environment variable becomes a value, and what is said of one that does not. */
import { ConfigError } from './config-error.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** A variable as documents show it. */
export interface Variable {
  readonly name: string;
  /** What holds while it is not set, as Markdown. */
  readonly otherwise: string;
  /** As Markdown; links begin at the root of the repository. */
  readonly meaning: string;
  /** The page that has it instead of docs/settings.md. */
  readonly page?: string;
}

/** A variable that we read. */
export interface Setting<Value> extends Variable {
  /** JSON Schema of its value, where the chart has it: among the settings of its services, or in a place of its own. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Where the chart has it, keys from the root, e.g. `tracing.sampleRatio`; absent: among the settings, under the name of the configuration. */
  readonly chartPath?: string;
  /** @throws ConfigError naming the variable and what to set */
  read(env: Env): Value;
}

type Fallback<Value> = (env: Env) => Value;

interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
  readonly otherwise?: string;
}

export function wholeNumber(
  name: string,
  byDefault: number,
  meaning: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER, otherwise = code(byDefault) }: NumberBounds = {},
): Setting<number> {
  const isUnbounded = max === Number.MAX_SAFE_INTEGER;
  const must = `a whole number ${isUnbounded ? `of ${min} or more` : `from ${min} to ${max}`}`;
  const schema = { type: 'integer', minimum: min, ...(!isUnbounded && { maximum: max }) };
  const read = (text: string): number | undefined => {
    const value = Number(text);
    return Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined;
  };
  return { name, otherwise, meaning, schema, read: (env) => parsed(env, name, must, read) ?? byDefault };
}

/** A number from 0 to 1. */
export function share(name: string, byDefault: number, meaning: string): Setting<number> {
  const read = (text: string): number | undefined =>
    Number(text) >= 0 && Number(text) <= 1 ? Number(text) : undefined;
  return {
    name,
    otherwise: code(byDefault),
    meaning,
    schema: { type: 'number', minimum: 0, maximum: 1 },
    read: (env) => parsed(env, name, 'a number from 0 to 1', read) ?? byDefault,
  };
}

/** Off unless it is `true`. */
export function flag(name: string, meaning: string): Setting<boolean> {
  const read = (text: string): boolean | undefined =>
    text === 'true' || text === 'false' ? text === 'true' : undefined;
  return {
    name,
    otherwise: code(false),
    meaning,
    schema: { type: 'boolean' },
    read: (env) => parsed(env, name, 'true or false', read) ?? false,
  };
}

/** One word of a list, in lower or upper case. */
export function oneOf<Word extends string>(
  name: string,
  words: readonly Word[],
  byDefault: Word,
  meaning: string,
): Setting<Word> {
  return {
    name,
    otherwise: code(byDefault),
    meaning,
    schema: { enum: words },
    read: (env) =>
      parsed(env, name, `one of ${words.join(', ')}`, (text) => words.find((word) => word === text.toLowerCase())) ??
      byDefault,
  };
}

export function text(name: string, byDefault: string, meaning: string, otherwise = code(byDefault)): Setting<string> {
  return { name, otherwise, meaning, read: (env) => env[name] || byDefault };
}

export function optionalText(
  name: string,
  meaning: string,
  otherwise = '–',
  fallback: Fallback<string | undefined> = () => undefined,
): Setting<string | undefined> {
  return { name, otherwise, meaning, read: (env) => env[name] || fallback(env) };
}

/** A value that is read in a way of its own. */
export function special<Value>(
  name: string,
  otherwise: string,
  meaning: string,
  read: (env: Env) => Value,
): Setting<Value> {
  return { name, otherwise, meaning, read };
}

/** A setting that has a place of its own in the chart's values. @param narrower keywords of JSON Schema for what pods may not have */
export function inChart<Value>(
  chartPath: string,
  setting: Setting<Value>,
  narrower: Readonly<Record<string, unknown>> = {},
): Setting<Value> {
  return { ...setting, chartPath, schema: { ...setting.schema, ...narrower } };
}

/** A variable that others read: libraries, Node, or scripts. */
export function foreign(name: string, otherwise: string, meaning: string, page?: string): Variable {
  return { name, otherwise, meaning, ...(page !== undefined && { page }) };
}

function parsed<Value>(
  env: Env,
  name: string,
  must: string,
  read: (text: string) => Value | undefined,
): Value | undefined {
  const text = env[name]?.trim();
  if (!text) return undefined;
  const value = read(text);
  if (value === undefined) throw new ConfigError(`${name} is "${text}". Set it to ${must}.`);
  return value;
}

function code(value: unknown): string {
  return `\`${String(value)}\``;
}
