/** JetStream in one process: the streams and consumers of one server, or of three that agree. */
import type { ConsumerInfo } from '@nats-io/jetstream';
import { nameInUse, streamNotFound, subjectsOverlap, unavailable, wrongSequenceUnknown } from './api-error.js';
import { done, failed, isError, nobody, type Answer, type Call, type NamedConfig } from './call.js';
import { calm, type Mishaps } from './mishaps.js';
import { ModelConsumer, type ConsumerSettings, type PullRequest, type Send } from './model-consumer.js';
import type { Profile } from './profile.js';
import { staleView, type View } from './stale-view.js';
import { StoredStream, type Publish, type Verdict } from './stored-stream.js';
import { describeStream } from './stream-info.js';
import { matches } from './subjects.js';
import type { Owner, Timeline } from './timeline.js';

/** A stream and what the cluster knows of it. */
interface Stream {
  readonly store: StoredStream;
  readonly consumers: Map<string, ModelConsumer>;
  /** Nobody leads it until then: epoch ms. */
  leaderlessUntilMs: number;
  /** A former leader still answers from what it had. */
  former: (View & { readonly untilMs: number }) | undefined;
  /** The servers of its consumers have no more than this yet. */
  behind: { readonly lastSeq: number; readonly untilMs: number } | undefined;
}

export interface ClusterOptions {
  readonly timeline: Timeline;
  readonly profile: Profile;
  readonly servers: 1 | 3;
  readonly mishaps?: Mishaps;
  /** Told what becomes of each publish. */
  readonly told?: (who: string, what: () => string) => void;
}

const INACTIVE_MS = 5_000;
const WRONG_SEQUENCE = 10071;

export class ModelCluster {
  readonly servers: Owner[];
  readonly #streams = new Map<string, Stream>();
  /** Which stream takes a subject. */
  readonly #routes = new Map<string, Stream | undefined>();
  #made = 0;
  readonly #mishaps: Mishaps;
  readonly #timeline: Timeline;
  readonly #profile: Profile;
  readonly #told: NonNullable<ClusterOptions['told']>;

  constructor({ timeline, profile, servers, mishaps = calm, told = () => undefined }: ClusterOptions) {
    this.#timeline = timeline;
    this.#profile = profile;
    this.#mishaps = mishaps;
    this.#told = told;
    this.servers = Array.from({ length: servers }, (_, i) => ({ name: `nats-${i}` }));
  }

  /** All streams, for whoever checks them. */
  get streams(): readonly StoredStream[] {
    return [...this.#streams.values()].map(({ store }) => store);
  }

  store(stream: string): StoredStream | undefined {
    return this.#streams.get(stream)?.store;
  }

  /** A request has reached its server; `answer` is not called when nobody is to know. */
  receive(call: Call, answer: (answer: Answer) => void): void {
    const { lost, delayMs, answerLost } = this.#mishaps.fateOf(call);
    if (lost) return;
    const run = (): void => this.#handle(call, answerLost ? () => undefined : answer);
    if (delayMs === undefined) run();
    else this.#timeline.after(delayMs, this.servers[0]!, run);
  }

  /** @returns what the server answers at once, if anything */
  pull(stream: string, consumer: string, request: PullRequest, send: Send): 'nobody' | 'taken' | 'ignored' {
    const found = this.#streams.get(stream)?.consumers.get(consumer);
    // In a cluster the client's server may not have heard of the consumer yet.
    if (found && this.servers.length > 1 && this.#mishaps.toss(0.01)) return 'nobody';
    if (!found) return this.#profile.answersLostConsumer ? 'nobody' : 'ignored';
    found.pull(request, send);
    return 'taken';
  }

  deleteConsumer(stream: string, name: string): void {
    const found = this.#streams.get(stream);
    const consumer = found?.consumers.get(name);
    if (!found || !consumer) return;
    this.#forget(found, consumer);
    consumer.close(409, 'Consumer Deleted');
  }

  /** A server stops at once: its consumers are gone without a word. */
  lose(server: Owner): void {
    for (const stream of this.#streams.values()) {
      for (const consumer of [...stream.consumers.values()]) {
        if (consumer.server !== server) continue;
        this.#forget(stream, consumer);
        consumer.close();
      }
    }
  }

  /** A stream changes its leader: nobody answers for a while, and then the former leader may, from what it had. */
  changeLeader(name: string, electionMs: number, formerMs: number): void {
    const stream = this.#streams.get(name);
    if (!stream) return;
    const { nowMs } = this.#timeline;
    stream.leaderlessUntilMs = nowMs + electionMs;
    stream.former = formerMs > 0 ? { firstSeq: stream.store.firstSeq, lastSeq: stream.store.lastSeq, untilMs: nowMs + electionMs + formerMs } : undefined;
  }

  /** The servers that run the consumers of a stream fall behind: nothing is delivered, and new consumers do not see the end. */
  fallBehind(name: string, ms: number): void {
    const stream = this.#streams.get(name);
    if (!stream) return;
    stream.behind = { lastSeq: stream.store.lastSeq, untilMs: this.#timeline.nowMs + ms };
    for (const consumer of stream.consumers.values()) consumer.stall(ms);
  }

  #handle(call: Call, answer: (answer: Answer) => void): void {
    switch (call.kind) {
      case 'add-stream':
        return answer(this.#addStream(call.config));
      case 'names':
        return answer(done([...this.#streams.values()].filter(({ store }) => (store.config.subjects ?? []).some((s) => matches(s, call.subject) || matches(call.subject, s))).map(({ store }) => store.config.name)));
      case 'publish': {
        const stream = this.#routeOf(call.publish.subject);
        return stream ? this.#led(stream, call, answer) : answer(nobody);
      }
      default: {
        const stream = this.#streams.get(call.stream);
        return stream ? this.#led(stream, call, answer) : answer(failed(streamNotFound));
      }
    }
  }

  /** Asks the leader of the stream, if there is one. */
  #led(stream: Stream, call: Call, answer: (answer: Answer) => void): void {
    const { nowMs } = this.#timeline;
    if (nowMs >= stream.leaderlessUntilMs) return answer(this.#ask(stream, call));
    if (call.kind === 'publish' && this.#mishaps.toss(0.3)) {
      // It waits where it is until there is a leader, long after its sender has given up.
      this.#timeline.after(stream.leaderlessUntilMs - nowMs + this.#mishaps.lateMs(), this.servers[0]!, () => this.#ask(stream, call));
    } else if (this.#mishaps.toss(0.4)) answer(call.kind === 'publish' ? nobody : failed(unavailable));
  }

  #ask(stream: Stream, call: Call): Answer {
    const { store } = stream;
    const { nowMs } = this.#timeline;
    const former = stream.former && nowMs < stream.former.untilMs && this.#mishaps.toss(0.5) ? stream.former : undefined;
    switch (call.kind) {
      case 'publish': {
        const verdict = store.publish(call.publish, nowMs);
        this.#told('nats', () => tellPublish(call.publish, verdict));
        if (verdict.kind === 'stored') return done({ stream: store.config.name, seq: verdict.seq, duplicate: verdict.duplicate });
        const vague = this.#profile.clusterAnswers10164 && verdict.error.err_code === WRONG_SEQUENCE && this.#mishaps.toss(0.3);
        return failed(vague ? wrongSequenceUnknown : verdict.error);
      }
      case 'info':
        store.expire(nowMs);
        return done(describeStream(store, former));
      case 'get': {
        const found = former ? staleView(store, former, call.query) : store.find(call.query, nowMs);
        return isError(found) ? failed(found) : done(found);
      }
      case 'purge':
        this.#told('nats', () => `purge ${store.config.name} ${JSON.stringify(call.options)}`);
        return done(store.purge(call.options));
      case 'keys':
        return done(keysOf(store, call.filter));
      case 'add-consumer':
        return done(this.#addConsumer(stream, call.config));
      default:
        return failed(unavailable);
    }
  }

  #addStream(config: NamedConfig): Answer {
    const present = this.#streams.get(config.name);
    if (present) return sameConfig(present.store.config, config) ? done(describeStream(present.store)) : failed(nameInUse);
    const subjects = config.subjects ?? [config.name];
    const overlaps = [...this.#streams.values()].some(({ store }) => subjects.some((one) => (store.config.subjects ?? []).some((other) => matches(one, other) || matches(other, one))));
    if (overlaps) return failed(subjectsOverlap);
    const created = `${new Date(this.#timeline.nowMs).toISOString().slice(0, -1)}${String(++this.#made).padStart(6, '0')}Z`;
    const store = new StoredStream({ ...config, subjects }, created, this.#profile);
    this.#streams.set(config.name, { store, consumers: new Map(), leaderlessUntilMs: 0, former: undefined, behind: undefined });
    this.#routes.clear();
    return done(describeStream(store));
  }

  #addConsumer(stream: Stream, config: Partial<ConsumerInfo['config']>): Pick<ConsumerInfo, 'name'> {
    for (const consumer of stream.consumers.values()) if (consumer.forgotten) this.#forget(stream, consumer);
    const name = `c${++this.#made}`;
    const { behind, store } = stream;
    const lagMs = (behind?.untilMs ?? 0) - this.#timeline.nowMs;
    const settings: ConsumerSettings = {
      name,
      startSeq: config.opt_start_seq ?? 1,
      endSeq: behind && lagMs > 0 ? behind.lastSeq : store.lastSeq,
      filter: config.filter_subject,
      headersOnly: config.headers_only ?? false,
      inactiveMs: (config.inactive_threshold ?? INACTIVE_MS * 1e6) / 1e6,
    };
    const consumer = new ModelConsumer(store, settings, this.#profile, this.#timeline, this.servers[this.#made % this.servers.length]!);
    if (lagMs > 0) consumer.stall(lagMs);
    stream.store.watchers.add(consumer);
    stream.consumers.set(name, consumer);
    return { name };
  }

  #forget(stream: Stream, consumer: ModelConsumer): void {
    stream.consumers.delete(consumer.settings.name);
    stream.store.watchers.delete(consumer);
  }

  #routeOf(subject: string): Stream | undefined {
    if (!this.#routes.has(subject)) this.#routes.set(subject, [...this.#streams.values()].find(({ store }) => store.takes(subject)));
    return this.#routes.get(subject);
  }
}

function tellPublish({ subject, headers }: Publish, verdict: Verdict): string {
  const expected = headers?.get('Nats-Expected-Last-Sequence');
  const said = verdict.kind === 'refused' ? verdict.error.description : `stored as ${verdict.seq}${verdict.duplicate ? ', duplicate' : ''}`;
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

function sameConfig(one: NamedConfig, other: NamedConfig): boolean {
  return Object.entries(other).every(([key, value]) => JSON.stringify((one as Record<string, unknown>)[key]) === JSON.stringify(value));
}
