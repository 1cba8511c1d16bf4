/** The events of the shop: seeded, with stated shares of faults, so that the right answer is known. */
import type { Expectation, Published } from '../example.js';
import { click } from './click.js';
import { type Customer, customers } from './customers.js';
import { jitterMaxMs, lateByMs, paceMs, timeText } from './event-clock.js';
import { contractBreaking, malformed } from './faults.js';
import { purchase } from './purchase.js';
import { type Random, seededRandom } from './random.js';
import { type Recent, recentEvents } from './recent.js';

export interface SalesOptions {
  readonly seed: number;
  /** Event time of the first event, epoch ms. */
  readonly startMs: number;
  /** Absent: without end. */
  readonly events?: number;
  readonly shares?: Partial<Shares>;
}

/** Of all messages, from 0 to 1. */
export interface Shares {
  readonly malformed: number;
  readonly contract: number;
  readonly late: number;
  readonly duplicate: number;
}

export const defaultShares: Shares = { malformed: 0.01, contract: 0.01, late: 0.01, duplicate: 0.02 };

/** Before this many messages nothing is late: every partition must have seen events first. */
const lateFrom = 2_000;

/** What every id of a run begins with; other runs, even with the same seed, have others. */
export function runPrefix({ seed, startMs }: Pick<SalesOptions, 'seed' | 'startMs'>): string {
  return `s${seed.toString(36)}-${startMs.toString(36)}-`;
}

/**
 * Why the answer does not depend on how partitions interleave:
 * - an event on time is at most `jitterMaxMs` older than the newest, less than the out-of-orderness, so it is never late;
 * - a late event is two hours older than the whole run, and its user has been seen, so its partition has a watermark far beyond it;
 * - a duplicate repeats the bytes of a good event under a new message id: whichever of them comes first, one row stays.
 */
export function* salesEvents(options: SalesOptions): Generator<Published, void, undefined> {
  const run = startRun(options);
  const end = options.events ?? Infinity;
  for (let i = 0; i < end; i++) yield nextEvent(run, i);
}

interface Run {
  readonly random: Random;
  readonly recent: Recent;
  readonly prefix: string;
  readonly startMs: number;
  readonly paceMs: number;
  /** Ends of the shares' stretches in [0, 1), in the order malformed, contract, late, duplicate. */
  readonly ends: readonly [number, number, number, number];
}

function startRun({ seed, startMs, events, shares }: SalesOptions): Run {
  const all = { ...defaultShares, ...shares };
  const contract = all.malformed + all.contract;
  const ends = [all.malformed, contract, contract + all.late, contract + all.late + all.duplicate] as const;
  return {
    random: seededRandom(seed),
    recent: recentEvents(),
    prefix: runPrefix({ seed, startMs }),
    startMs,
    paceMs: paceMs(events),
    ends,
  };
}

function nextEvent(run: Run, i: number): Published {
  const fate = run.random.next();
  const [malformedEnd, contractEnd, lateEnd, duplicateEnd] = run.ends;
  if (fate < contractEnd) return spoilt(run, i, fate < malformedEnd);
  const earlier = fate < duplicateEnd ? run.recent.pick(run.random) : undefined;
  if (!earlier || (fate < lateEnd && i < lateFrom)) return good(run, i);
  if (fate < lateEnd) return late(run, i, earlier.source, earlier.customer);
  const { source, subject, payload, eventId } = earlier;
  return {
    subject,
    msgId: run.prefix + i.toString(36),
    payload,
    expect: { table: 'none', source, duplicateOf: eventId },
  };
}

function good(run: Run, i: number): Published {
  const { random, recent } = run;
  const source = random.next() < 0.5 ? 'transactions' : 'interactions';
  const customer = random.pick(customers);
  const eventId = run.prefix + i.toString(36);
  const { text, totalCents } = eventText(run, eventId, source, customer, onTimeMs(run, i));
  const payload = Buffer.from(text, 'utf8');
  const subject = subjectOf(source, customer);
  recent.add({ source, subject, eventId, payload, customer });
  const expect: Expectation = { table: 'silver', source, eventId, ...(totalCents === undefined ? {} : { totalCents }) };
  return { subject, msgId: eventId, payload, expect };
}

function spoilt(run: Run, i: number, inBytes: boolean): Published {
  const { random } = run;
  const source = random.next() < 0.5 ? 'transactions' : 'interactions';
  const customer = random.pick(customers);
  const id = run.prefix + i.toString(36);
  const { text } = eventText(run, id, source, customer, onTimeMs(run, i));
  const { payload, reasons } = inBytes ? malformed(random, text) : contractBreaking(random, text, source);
  return { subject: subjectOf(source, customer), msgId: id, payload, expect: { table: 'quarantine', source, reasons } };
}

function late(run: Run, i: number, source: string, customer: Customer): Published {
  const id = run.prefix + i.toString(36);
  const { text } = eventText(run, id, source, customer, run.startMs - lateByMs - run.random.below(60_000));
  const payload = Buffer.from(text, 'utf8');
  return {
    subject: subjectOf(source, customer),
    msgId: id,
    payload,
    expect: { table: 'quarantine', source, reasons: ['late'] },
  };
}

function eventText({ random }: Run, eventId: string, source: string, customer: Customer, timeMs: number) {
  const at = timeText(timeMs, random.next());
  return source === 'transactions' ? purchase(random, eventId, at, customer) : click(random, eventId, at, customer);
}

function onTimeMs({ random, startMs, paceMs: pace }: Run, i: number): number {
  return Math.floor(startMs + i * pace) - random.below(jitterMaxMs);
}

/** `events.<source>` or, for customers of some regions, `events.<source>.<state>`. */
function subjectOf(source: string, { state, region }: Customer): string {
  return region === 'Sudeste' ? `events.${source}` : `events.${source}.${state.toLowerCase()}`;
}
