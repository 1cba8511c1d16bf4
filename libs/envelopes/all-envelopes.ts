/** The envelopes that a source can name: what is not in this list does not exist. */
import { cloudevents } from './cloudevents.js';
import { debezium } from './debezium.js';
import type { Envelope } from './envelope.js';

export const envelopes = { cloudevents, debezium } as const satisfies Readonly<Record<string, Envelope>>;

export type EnvelopeName = keyof typeof envelopes;

export const envelopeNames = Object.keys(envelopes) as readonly EnvelopeName[];

/** Undefined for what is no name of one. */
export function envelopeOf(name: string | undefined): Envelope | undefined {
  return name !== undefined && Object.hasOwn(envelopes, name) ? envelopes[name as EnvelopeName] : undefined;
}
