/** JetStream in one process: the streams and consumers of one server, or of three that agree. */
import type { StreamConfig } from '@nats-io/jetstream';
import { nameInUse, streamNotFound, subjectsOverlap, unavailable } from './api-error.js';
import { type Answer, type Call, done, failed, type NamedConfig, nobody } from './call.js';
import { calm, type Mishaps } from './mishaps.js';
import type { Profile } from './profile.js';
import type { PullRequest, Send } from './streams/model-consumer.js';
import { ModelStream, type StreamCluster } from './streams/model-stream.js';
import { StoredStream } from './streams/stored-stream.js';
import { describeStream } from './streams/stream-info.js';
import { matches } from './streams/subjects.js';
import type { Owner, Timeline } from './timeline.js';

export interface ClusterOptions {
  readonly timeline: Timeline;
  readonly profile: Profile;
  readonly servers: 1 | 3;
  readonly mishaps?: Mishaps;
  /** Told what becomes of each publish. */
  readonly told?: (who: string, what: () => string) => void;
}

export class ModelCluster {
  readonly servers: Owner[];
  readonly #streams = new Map<string, ModelStream>();
  /** How streams were made that somebody has edited since. */
  readonly #unedited = new WeakMap<StoredStream, StoredStream['config']>();
  /** Which stream takes a subject. */
  readonly #routes = new Map<string, ModelStream | undefined>();
  #made = 0;
  readonly #mishaps: Mishaps;
  readonly #timeline: Timeline;
  readonly #profile: Profile;
  readonly #shared: StreamCluster;

  constructor({ timeline, profile, servers, mishaps = calm, told = () => undefined }: ClusterOptions) {
    this.#timeline = timeline;
    this.#profile = profile;
    this.#mishaps = mishaps;
    this.servers = Array.from({ length: servers }, (_, i) => ({ name: `nats-${i}` }));
    this.#shared = { timeline, profile, mishaps, told, servers: this.servers, nextNumber: () => ++this.#made };
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
    const found = this.#streams.get(stream)?.consumer(consumer);
    // In a cluster the client's server may not have heard of the consumer yet.
    if (found && this.servers.length > 1 && this.#mishaps.toss(0.01)) return 'nobody';
    if (!found) return this.#profile.answersLostConsumer ? 'nobody' : 'ignored';
    found.pull(request, send);
    return 'taken';
  }

  deleteConsumer(stream: string, name: string): void {
    this.#streams.get(stream)?.deleteConsumer(name);
  }

  /** Somebody deletes a stream, with its consumers. */
  deleteStream(name: string): void {
    const stream = this.#streams.get(name);
    if (!stream) return;
    this.#streams.delete(name);
    this.#routes.clear();
    stream.end();
  }

  /** Somebody changes settings of a stream. @returns a function that sets them back, unless the stream was made anew */
  editStream(name: string, changes: Partial<StreamConfig>): () => void {
    const store = this.store(name);
    if (!store) return () => undefined;
    // Edits may overlap: each sets back what it changed, to what the stream was made with.
    const made = this.#unedited.get(store) ?? store.config;
    this.#unedited.set(store, made);
    store.edit(changes);
    return () => {
      for (const key of Object.keys(changes) as Array<keyof StreamConfig>) store.edit({ [key]: made[key] });
    };
  }

  /** A server stops at once: its consumers are gone without a word. */
  lose(server: Owner): void {
    for (const stream of this.#streams.values()) {
      stream.lose(server);
      if (this.servers.length === 1) stream.store.recover(this.#newTime());
    }
  }

  /** A stream changes its leader: nobody answers for a while, and then the former leader may, from what it had. */
  changeLeader(name: string, electionMs: number, formerMs: number): void {
    this.#streams.get(name)?.changeLeader(electionMs, formerMs);
  }

  /** The servers that run the consumers of a stream fall behind: nothing is delivered, and new consumers do not see the end. */
  fallBehind(name: string, ms: number): void {
    this.#streams.get(name)?.fallBehind(ms);
  }

  #handle(call: Call, answer: (answer: Answer) => void): void {
    switch (call.kind) {
      case 'add-stream':
        return answer(this.#addStream(call.config));
      case 'names':
        return answer(
          done(
            [...this.#streams.values()]
              .filter(({ store }) =>
                (store.config.subjects ?? []).some((s) => matches(s, call.subject) || matches(call.subject, s)),
              )
              .map(({ store }) => store.config.name),
          ),
        );
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
  #led(stream: ModelStream, call: Call, answer: (answer: Answer) => void): void {
    const { nowMs } = this.#timeline;
    if (nowMs >= stream.leaderlessUntilMs) return answer(stream.answer(call));
    if (call.kind === 'publish' && this.#mishaps.toss(0.3)) {
      // It waits where it is until there is a leader, long after its sender has given up.
      this.#timeline.after(stream.leaderlessUntilMs - nowMs + this.#mishaps.lateMs(), this.servers[0]!, () =>
        stream.answer(call),
      );
    } else if (this.#mishaps.toss(0.4)) answer(call.kind === 'publish' ? nobody : failed(unavailable));
  }

  #addStream(config: NamedConfig): Answer {
    const present = this.#streams.get(config.name);
    if (present)
      return sameConfig(present.store.config, config) ? done(describeStream(present.store)) : failed(nameInUse);
    const subjects = config.subjects ?? [config.name];
    const overlaps = [...this.#streams.values()].some(({ store }) =>
      subjects.some((one) => (store.config.subjects ?? []).some((other) => matches(one, other) || matches(other, one))),
    );
    if (overlaps) return failed(subjectsOverlap);
    const store = new StoredStream({ ...config, subjects }, this.#newTime(), this.#profile);
    this.#streams.set(config.name, new ModelStream(store, this.#shared));
    this.#routes.clear();
    return done(describeStream(store));
  }

  /** A time that was told of nothing else. */
  #newTime(): string {
    return `${new Date(this.#timeline.nowMs).toISOString().slice(0, -1)}${String(++this.#made).padStart(6, '0')}Z`;
  }

  #routeOf(subject: string): ModelStream | undefined {
    if (!this.#routes.has(subject))
      this.#routes.set(
        subject,
        [...this.#streams.values()].find(({ store }) => store.takes(subject)),
      );
    return this.#routes.get(subject);
  }
}

function sameConfig(one: NamedConfig, other: NamedConfig): boolean {
  return Object.entries(other).every(
    ([key, value]) => JSON.stringify((one as Record<string, unknown>)[key]) === JSON.stringify(value),
  );
}
