/** How versions of nats-server differ in what the model shows; the conformance suite holds each line against the real ones. */
import type { NatsVersion } from '../../support/nats/nats-options.js';

export interface Profile {
  readonly version: NatsVersion;
  /** Wrong expectations of a cluster may also be refused with 10164. */
  readonly clusterAnswers10164: boolean;
  /** A pull of a consumer that is not there is answered with 503. */
  readonly answersLostConsumer: boolean;
  /** `discard: new` counts payload, headers and subject only: a message that fits but for the server's record drives out the oldest. */
  readonly overfillsByRecord: boolean;
  /** What was deleted before its delivery still counts as waiting. */
  readonly countsDeletedAsPending: boolean;
  /** A purge by subject moves the consumers of the stream to its end. */
  readonly purgeSkipsWaiting: boolean;
  /** A consumer that shall begin behind the end begins at the end. */
  readonly clipsStart: boolean;
  /** What is said of a stream has the server's time. */
  readonly tellsTime: boolean;
  /** A single server forgets when a stream was created that somebody edits between two restarts. */
  readonly forgetsCreation: boolean;
}

export const profiles: Readonly<Record<NatsVersion, Profile>> = {
  '2.9': {
    version: '2.9',
    clusterAnswers10164: false,
    answersLostConsumer: false,
    overfillsByRecord: true,
    countsDeletedAsPending: true,
    purgeSkipsWaiting: true,
    clipsStart: true,
    tellsTime: false,
    forgetsCreation: true,
  },
  '2.10': {
    version: '2.10',
    clusterAnswers10164: false,
    answersLostConsumer: true,
    overfillsByRecord: false,
    countsDeletedAsPending: false,
    purgeSkipsWaiting: false,
    clipsStart: true,
    tellsTime: true,
    forgetsCreation: true,
  },
  current: {
    version: 'current',
    clusterAnswers10164: true,
    answersLostConsumer: true,
    overfillsByRecord: false,
    countsDeletedAsPending: false,
    purgeSkipsWaiting: false,
    clipsStart: false,
    tellsTime: true,
    forgetsCreation: false,
  },
};
