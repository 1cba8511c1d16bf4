/** A client connection to the modelled servers: what the libs know as `Nats`. */
import type {
  ConsumerInfo,
  JetStreamPublishOptions,
  MsgRequest,
  PubAck,
  PurgeOpts,
  PurgeResponse,
  StoredMsg,
  StreamConfig,
  StreamInfo,
} from '@nats-io/jetstream';
import { type Msg, type MsgHdrs, type Status, type Subscription, TimeoutError } from '@nats-io/transport-node';
import type { Nats } from '#nats/ground/nats';
import { noMessageFound, thrown } from '../api-error.js';
import type { Answer, Call, NamedConfig, PurgeOptions } from '../call.js';
import { calm, type Mishaps } from '../mishaps.js';
import type { ModelCluster } from '../model-cluster.js';
import { type Delivered, type PullRequest, status } from '../streams/model-consumer.js';
import type { StoredMessage } from '../streams/stored-stream.js';
import { bytesOfText } from '../text-bytes.js';
import type { Owner, Timeline } from '../timeline.js';
import { Inboxes } from './inboxes.js';
import { Link } from './link.js';
import { openModelBucket } from './model-bucket.js';
import { StatusFeed } from './status-feed.js';
import { storedMessage } from './stored-message.js';

export interface ClientOptions {
  readonly cluster: ModelCluster;
  readonly timeline: Timeline;
  /** The process that has the connection. */
  readonly owner: Owner;
  readonly mishaps?: Mishaps;
}

type Payload = string | Uint8Array | undefined;
interface CoreOptions {
  readonly reply?: string;
  readonly headers?: MsgHdrs;
}

const usualTimeoutMs = 5_000;
const payloadBytesMax = 1_048_576;
const nextApi = '$JS.API.CONSUMER.MSG.NEXT.';
const deleteApi = '$JS.API.CONSUMER.DELETE.';

export class ModelClient implements Nats {
  /** The runtime may have replicas everywhere: what old clusters lose is not modelled. */
  readonly serverVersion = '99.0.0';
  readonly payloadBytesMax = payloadBytesMax;
  readonly inboxPrefix = '_INBOX';
  readonly #cluster: ModelCluster;
  readonly #timeline: Timeline;
  readonly #owner: Owner;
  readonly #mishaps: Mishaps;
  readonly #inboxes = new Inboxes();
  readonly #statuses = new StatusFeed();
  #link: Link | undefined;
  /** Written while there is no connection. */
  readonly #unsent: Array<(link: Link) => void> = [];
  #closed = false;

  constructor({ cluster, timeline, owner, mishaps = calm }: ClientOptions, server: Owner) {
    this.#cluster = cluster;
    this.#timeline = timeline;
    this.#owner = owner;
    this.#mishaps = mishaps;
    this.#link = new Link(timeline, mishaps, owner, server);
  }

  /** The server it is connected to. */
  get server(): Owner | undefined {
    return this.#link?.server;
  }

  /** The connection breaks; the client does not know what became of what it has sent. */
  disconnect(): void {
    this.#link?.cut();
    this.#link = undefined;
  }

  /** Connects again: most of what was written meanwhile is sent. */
  reconnect(server: Owner): void {
    if (this.#link || this.#closed) return;
    const link = new Link(this.#timeline, this.#mishaps, this.#owner, server);
    this.#link = link;
    for (const send of this.#unsent.splice(0).slice(this.#mishaps.forgotten(this.#unsent.length))) send(link);
    link.down(() => this.#statuses.push({ type: 'reconnect', server: server.name }));
  }

  readonly nc: Nats['nc'] = {
    publish: (subject: string, payload?: Payload, options: CoreOptions = {}) =>
      this.#corePublish(subject, payload, options),
    subscribe: (subject: string, options?: { callback?: (error: Error | null, message: Msg) => void }) =>
      this.#inboxes.open(subject, options?.callback) as unknown as Subscription,
    isClosed: () => this.#closed,
    close: async () => this.#close(),
    drain: async () => this.#close(),
    getServer: () => this.#link?.server.name ?? '',
    status: (): AsyncIterable<Status> => this.#statuses,
  };

  readonly js: Nats['js'] = {
    publish: async (
      subject: string,
      payload?: Payload,
      options: Partial<JetStreamPublishOptions> = {},
    ): Promise<PubAck> => {
      const publish = { subject, data: toBytes(payload), headers: sent(options.headers) };
      return (await this.call({ kind: 'publish', publish }, options.timeout)) as PubAck;
    },
  };

  readonly jsm: Nats['jsm'] = {
    streams: {
      add: async (config: NamedConfig) => (await this.call({ kind: 'add-stream', config })) as StreamInfo,
      info: async (stream: string) => (await this.call({ kind: 'info', stream })) as StreamInfo,
      getMessage: async (stream: string, query: MsgRequest) => this.#getMessage(stream, query),
      update: async (stream: string, changes: Partial<StreamConfig> = {}) =>
        (await this.call({ kind: 'update-stream', stream, changes })) as StreamInfo,
      names: (subject = '') => lister(async () => (await this.call({ kind: 'names', subject })) as string[]),
      purge: async (stream: string, options?: PurgeOpts) =>
        ({
          success: true,
          purged: (await this.call({ kind: 'purge', stream, options: (options ?? {}) as PurgeOptions })) as number,
        }) as PurgeResponse,
    },
    consumers: {
      add: async (stream, config) => (await this.call({ kind: 'add-consumer', stream, config })) as ConsumerInfo,
      update: () => Promise.reject(new Error('the model has no durable consumers')),
    },
  };

  /** Without limits. */
  readonly account: Nats['account'] = async () => ({
    streams: 0,
    limits: { max_storage: -1, max_streams: -1, max_consumers: -1 },
  });
  readonly openBucket: Nats['openBucket'] = (name, settings) => openModelBucket(this, name, settings);

  /** Sends a request and waits for its answer. @throws as the real client does */
  call(call: Call, timeoutMs = usualTimeoutMs): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const callOff = this.#timeline.after(timeoutMs, this.#owner, () => reject(new TimeoutError()));
      this.#write((link) =>
        link.up(() =>
          this.#cluster.receive(call, (answer) =>
            link.down(() => {
              callOff();
              settle(answer, resolve, reject);
            }),
          ),
        ),
      );
    });
  }

  #write(send: (link: Link) => void): void {
    if (this.#closed) return;
    if (this.#link) send(this.#link);
    else this.#unsent.push(send);
  }

  #close(): void {
    this.disconnect();
    this.#closed = true;
    this.#statuses.end();
  }

  async #getMessage(stream: string, query: MsgRequest): Promise<StoredMsg | null> {
    try {
      return storedMessage((await this.call({ kind: 'get', stream, query })) as StoredMessage);
    } catch (error) {
      if ((error as { code?: number }).code === noMessageFound.err_code) return null;
      throw error;
    }
  }

  #corePublish(subject: string, payload: Payload, { reply, headers }: CoreOptions): void {
    if (subject.startsWith(nextApi))
      return this.#pull(subject.slice(nextApi.length), JSON.parse(String(payload)) as PullRequest, reply ?? '');
    if (subject.startsWith(deleteApi)) {
      const [stream = '', consumer = ''] = subject.slice(deleteApi.length).split('.');
      return this.#write((link) => link.up(() => this.#cluster.deleteConsumer(stream, consumer)));
    }
    const publish = { subject, data: toBytes(payload), headers: sent(headers) };
    this.#write((link) =>
      link.up(() =>
        this.#cluster.receive({ kind: 'publish', publish }, (answer) => {
          if (reply !== undefined) this.#deliver(link, reply, plainAnswer(answer));
        }),
      ),
    );
  }

  #pull(target: string, request: PullRequest, inbox: string): void {
    const [stream = '', consumer = ''] = target.split('.');
    this.#write((link) =>
      link.up(() => {
        const send = (delivered: Delivered): boolean => this.#deliver(link, inbox, delivered);
        if (link.open && this.#cluster.pull(stream, consumer, request, send) === 'nobody')
          send(status(503, 'No Responders'));
      }),
    );
  }

  /** To one of our inboxes. @returns false when the server knows that nobody listens there */
  #deliver(link: Link, inbox: string, delivered: Delivered): boolean {
    if (!link.open || !this.#inboxes.has(inbox)) return false;
    if (delivered.reply === '' || !this.#mishaps.losesDelivery()) link.down(() => this.#inboxes.hand(inbox, delivered));
    return true;
  }
}

function settle(answer: Answer, resolve: (value: unknown) => void, reject: (error: Error) => void): void {
  if (answer.kind === 'done') resolve(answer.value);
  else if (answer.kind === 'error') reject(thrown(answer.error));
  else reject(Object.assign(new Error('jetstream is not enabled'), { name: 'JetStreamNotEnabled' }));
}

/** What a plain publish with a reply subject gets: a PubAck, an error, or nothing but status 503. */
function plainAnswer(answer: Answer): Delivered {
  if (answer.kind === 'nobody') return status(503, 'No Responders');
  const text = JSON.stringify(answer.kind === 'done' ? answer.value : { error: answer.error });
  return { reply: '', subject: '', headers: undefined, data: bytesOfText(text) };
}

function lister(read: () => Promise<string[]>): ReturnType<Nats['jsm']['streams']['names']> {
  return {
    next: read,
    async *[Symbol.asyncIterator]() {
      yield* await read();
    },
  };
}

/** The client sends no empty headers. */
function sent(headers: MsgHdrs | undefined): MsgHdrs | undefined {
  return headers && headers.keys().length > 0 ? headers : undefined;
}

function toBytes(payload: Payload): Uint8Array {
  return typeof payload === 'string' ? bytesOfText(payload) : (payload ?? new Uint8Array());
}
