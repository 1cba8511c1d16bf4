/** From an error for which something is tried again to what that waits for. */
import { isFull } from '#nats/ground/limit-reached';
import { isConflict } from '#nats/messages/log-writer';
import { errorOf, isOfNats, isOfStore } from './safe-error.js';

/** A closed list, for a label: NATS; the front stream of a source; the lake's store; room in a log or bucket, or within limits of NATS; anything else, which the reason names. */
export type WaitsFor = 'nats' | 'front' | 'store' | 'room' | 'other';

const roomErrors: ReadonlySet<string> = new Set(['LogFullError', 'NatsLimitError']);
/** NATS does not answer at all, or has nobody for it. */
const silentErrors: ReadonlySet<string> = new Set([
  'NatsUnavailableError',
  'TimeoutError',
  'NoRespondersError',
  'ClosedConnectionError',
  'ConnectionError',
  'DrainingConnectionError',
  'RequestError',
  'JetStreamNotEnabled',
]);
const causesMax = 4;

/** @param at what was being used, when the error does not say */
export function waitsFor(thrown: unknown, at: WaitsFor = 'other'): WaitsFor {
  const causes = causesOf(thrown);
  if (at === 'front') return isSilence(thrown) ? 'nats' : 'front';
  if (causes.some((cause) => roomErrors.has(cause.name) || isFull(cause))) return 'room';
  if (causes.some(isOfStore)) return 'store';
  if (causes.some(isConflict)) return 'other';
  if (isSilence(thrown)) return 'nats';
  return at === 'other' && causes.some(isOfNats) ? 'nats' : at;
}

/** Whether NATS gave no answer at all: a later attempt may have one. */
export function isSilence(thrown: unknown): boolean {
  return causesOf(thrown).some(({ name }) => silentErrors.has(name));
}

function causesOf(thrown: unknown): Error[] {
  const causes: Error[] = [];
  for (let next = thrown; next !== undefined && causes.length < causesMax; next = causes.at(-1)!.cause)
    causes.push(errorOf(next));
  return causes;
}
