/** A GeoJSON FeatureCollection (RFC 7946 §3.3) is one object around its features, of which each is an event. */

const featuresBegin = /"features"\s*:\s*\[$/;

/** A look at the end of a text that spares most looks at the whole. */
export function mayBeginFeatures(tail: string): boolean {
  return featuresBegin.test(tail);
}

/**
 * Whether `begun`, the beginning of an object up to a bracket, is that of a collection whose features begin here.
 * @param isKnown that it is a collection, though its type may stand behind its features
 */
export function beginsFeatures(begun: string, isKnown: boolean): boolean {
  const object = parsed(`${begun}]}`);
  return object !== undefined && Object.keys(object).at(-1) === 'features' && (isKnown || isCollection(object));
}

/** Whether a whole text is a collection. */
export function isFeatureCollection(text: string): boolean {
  if (!text.includes('FeatureCollection')) return false;
  const object = parsed(text);
  return object !== undefined && isCollection(object) && Array.isArray(object['features']);
}

function isCollection(object: Readonly<Record<string, unknown>>): boolean {
  return object['type'] === 'FeatureCollection';
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
