/** Reads `code` and `name` of errors without `instanceof`, which fails for errors of another realm. */

export function errorCode(error: unknown): string | undefined {
  return textOf(error, 'code');
}

export function errorName(error: unknown): string | undefined {
  return textOf(error, 'name');
}

function textOf(error: unknown, property: 'code' | 'name'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'string' ? value : undefined;
}
