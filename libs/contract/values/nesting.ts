/** How deep an event may be nested. */

/** Levels of objects and arrays, the event itself included. */
export const nestingMax = 512;

/** True when the JSON text nests deeper than `nestingMax`. Short texts cannot, so they cost nothing. */
export function nestsTooDeeply(text: string): boolean {
  if (text.length <= nestingMax * 2) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) at = endOfString(text, at);
    else if (code === 123 || code === 91) {
      if (++depth > nestingMax) return true;
    } else if (code === 125 || code === 93) depth--;
  }
  return false;
}

/** The place of the quote that ends the string starting at `start`. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at < 0 ? text.length : at;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 92) backslashes++;
  return backslashes % 2 === 1;
}
