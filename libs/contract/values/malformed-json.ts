/** Says what is wrong with a text that is not JSON, without quoting it. */
import { type Rejected, rejected } from './rejection.js';

/** V8 quotes the text in its message, so only the place is taken from there. */
const place = /at position (\d+)/;

export function malformed(text: string, error: SyntaxError): Rejected {
  return rejected('malformed_json', '', `the payload is not JSON: ${mistake(text, error.message)}`);
}

function mistake(text: string, message: string): string {
  if (/^\s*$/.test(text)) return 'it is blank';
  if (message.includes('end of JSON input') || message.includes('Unterminated')) return 'it ends too early';
  const position = place.exec(message)?.[1];
  return position === undefined ? 'it has a syntax error' : `it has a syntax error at character ${position}`;
}
