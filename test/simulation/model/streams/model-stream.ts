/** One stream of the cluster: its messages and consumers, and what is wrong with its servers just now. */
import type { ConsumerInfo } from '@nats-io/jetstream';
import { unavailable, wrongSequenceUnknown } from '../api-error.js';
import { type Answer, type Call, done, failed, isError } from '../call.js';
import type { Mishaps } from '../mishaps.js';
import type { Profile } from '../profile.js';
import type { Owner, Timeline } from '../timeline.js';
import { type ConsumerSettings, ModelConsumer } from './model-consumer.js';
import { staleView, type View } from './stale-view.js';
import type { Publish, StoredStream, Verdict } from './stored-stream.js';
import { describeStream } from './stream-info.js';
import { matches } from './subjects.js';

const inactiveMs = 5_000;
const wrongSequence = 10071;

/** What all streams of a cluster share. */
export interface StreamCluster {
  readonly timeline: Timeline;
  readonly profile: Profile;
  readonly servers: readonly Owner[];
  readonly mishaps: Mishaps;
  readonly told: (who: string, what: () => string) => void;
  /** One that was given to nothing else. */
  nextNumber(): number;
}

export class ModelStream {
  readonly #consumers = new Map<string, ModelConsumer>();
  #leaderlessUntilMs = 0;
  /** A former leader still answers from what it had. */
  #former: (View & { readonly untilMs: number }) | undefined;
  /** The servers of its consumers have no more than this yet. */
  #behind: { readonly lastSeq: number; readonly untilMs: number } | undefined;

  constructor(
    readonly store: StoredStream,
    private readonly cluster: StreamCluster,
  ) {}

  /** Nobody leads it until then: epoch ms. */
  get leaderlessUntilMs(): number {
    return this.#leaderlessUntilMs;
  }

  consumer(name: string): ModelConsumer | undefined {
    return this.#consumers.get(name);
  }

  deleteConsumer(name: string): void {
    const consumer = this.#consumers.get(name);
    if (!consumer) return;
    this.#forget(consumer);
    consumer.close(409, 'Consumer Deleted');
  }

  /** Somebody deletes it, with its consumers. */
  end(): void {
    for (const consumer of [...this.#consumers.values()]) consumer.close(409, 'Consumer Deleted');
  }

  /** A server stops at once: its consumers are gone without a word. */
  lose(server: Owner): void {
    for (const consumer of [...this.#consumers.values()]) {
      if (consumer.server !== server) continue;
      this.#forget(consumer);
      consumer.close();
    }
  }

  /** Nobody answers for a while, and then the former leader may, from what it had. */
  changeLeader(electionMs: number, formerMs: number): void {
    const { nowMs } = this.cluster.timeline;
    const { firstSeq, lastSeq } = this.store;
    this.#leaderlessUntilMs = nowMs + electionMs;
    this.#former = formerMs > 0 ? { firstSeq, lastSeq, untilMs: nowMs + electionMs + formerMs } : undefined;
  }

  /** Nothing is delivered, and new consumers do not see the end. */
  fallBehind(ms: number): void {
    this.#behind = { lastSeq: this.store.lastSeq, untilMs: this.cluster.timeline.nowMs + ms };
    for (const consumer of this.#consumers.values()) consumer.stall(ms);
  }

  /** What its leader answers. */
  answer(call: Call): Answer {
    const { store } = this;
    const { profile, timeline, mishaps, told } = this.cluster;
    const { nowMs } = timeline;
    const former = this.#former && nowMs < this.#former.untilMs && mishaps.toss(0.5) ? this.#former : undefined;
    switch (call.kind) {
      case 'publish':
        return this.#publish(call.publish, nowMs);
      case 'info':
        store.expire(nowMs);
        return done(describeStream(store, profile.tellsTime ? new Date(nowMs).toISOString() : undefined, former));
      case 'update-stream':
        store.edit(call.changes);
        return done(describeStream(store));
      case 'get': {
        const found = former ? staleView(store, former, call.query) : store.find(call.query, nowMs);
        return isError(found) ? failed(found) : done(found);
      }
      case 'purge':
        told('nats', () => `purge ${store.config.name} ${JSON.stringify(call.options)}`);
        return done(store.purge(call.options));
      case 'keys':
        return done(keysOf(store, call.filter));
      case 'add-consumer':
        return done(this.#addConsumer(call.config));
      default:
        return failed(unavailable);
    }
  }

  #publish(publish: Publish, nowMs: number): Answer {
    const { profile, mishaps, told } = this.cluster;
    const verdict = this.store.publish(publish, nowMs);
    told('nats', () => tellPublish(publish, verdict));
    if (verdict.kind === 'stored')
      return done({ stream: this.store.config.name, seq: verdict.seq, duplicate: verdict.duplicate });
    const vague = profile.clusterAnswers10164 && verdict.error.err_code === wrongSequence && mishaps.toss(0.3);
    return failed(vague ? wrongSequenceUnknown : verdict.error);
  }

  #addConsumer(config: Partial<ConsumerInfo['config']>): Pick<ConsumerInfo, 'name'> {
    for (const consumer of this.#consumers.values()) if (consumer.forgotten) this.#forget(consumer);
    const { profile, timeline, servers } = this.cluster;
    const number = this.cluster.nextNumber();
    const name = `c${number}`;
    const { store } = this;
    const behind = this.#behind;
    const lagMs = (behind?.untilMs ?? 0) - timeline.nowMs;
    const settings: ConsumerSettings = {
      name,
      startSeq: config.opt_start_seq ?? 1,
      endSeq: behind && lagMs > 0 ? behind.lastSeq : store.lastSeq,
      filter: config.filter_subject,
      headersOnly: config.headers_only ?? false,
      inactiveMs: (config.inactive_threshold ?? inactiveMs * 1e6) / 1e6,
    };
    const consumer = new ModelConsumer(store, settings, profile, timeline, servers[number % servers.length]!);
    if (lagMs > 0) consumer.stall(lagMs);
    store.watchers.add(consumer);
    this.#consumers.set(name, consumer);
    return { name };
  }

  #forget(consumer: ModelConsumer): void {
    this.#consumers.delete(consumer.settings.name);
    this.store.watchers.delete(consumer);
  }
}

function tellPublish({ subject, headers }: Publish, verdict: Verdict): string {
  const expected = headers?.get('Nats-Expected-Last-Sequence');
  const said =
    verdict.kind === 'refused'
      ? verdict.error.description
      : `stored as ${verdict.seq}${verdict.duplicate ? ', duplicate' : ''}`;
  return `${subject}${expected ? ` behind ${expected}` : ''}: ${said}`;
}

function keysOf(store: StoredStream, filter: string): string[] {
  const keys: string[] = [];
  for (let seq = store.firstSeq; seq <= store.lastSeq; seq++) {
    const message = store.at(seq);
    if (message && matches(filter, message.subject)) keys.push(message.subject);
  }
  return keys;
}
