/** Text that comes from data or from other programs, made harmless: it must not be able to steer the terminal. */

/** Control characters, line and paragraph separators, and marks that turn the direction of the text around them. */
const steeringPattern = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** One line: what would steer is written as `\u001b`. Half characters become `�`, as which they would be sent. */
export function printable(text: string): string {
  return text
    .replace(steeringPattern, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .toWellFormed();
}
