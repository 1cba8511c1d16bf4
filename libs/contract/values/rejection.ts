/** Why an event was refused, and where in the event. */
import type { Reason } from './reason.js';

const textMax = 300;

/** An event that breaks its contract. */
export interface Rejected {
  readonly ok: false;
  readonly reason: Reason;
  /** JSON pointer (RFC 6901) into the event; '' is the whole event. */
  readonly pointer: string;
  /** At most 300 characters, never a value of the event. */
  readonly message: string;
}

export function rejected(reason: Reason, pointer: string, message: string): Rejected {
  return { ok: false, reason, pointer: shortened(pointer), message: shortened(message) };
}

/** The pointer to a member of the place `parent` points to. */
export function pointerTo(parent: string, member: string): string {
  return `${parent}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The pointer to what lies under these names, each within the one before. */
export function pointerOf(names: readonly string[]): string {
  return names.reduce(pointerTo, '');
}

function shortened(text: string): string {
  const whole = text.toWellFormed();
  return whole.length <= textMax ? whole : `${whole.slice(0, textMax - 1).toWellFormed()}…`;
}
