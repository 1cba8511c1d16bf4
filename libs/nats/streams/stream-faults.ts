/** What is wrong with a stream that is there already: settings with which it would lose what Afluente stands on. */
import type { LogIdentity } from '#frame/log-name';
import { StreamSetupError } from '../ground/stream-setup-error.js';
import { identityFault } from './recorded-identity.js';

/** The settings looked at, as NATS names them (stream configuration, JetStream API). Ages are nanoseconds; 0 or less is no limit. */
export interface StreamSettings {
  readonly description?: string | undefined;
  readonly subjects?: readonly string[] | undefined;
  readonly retention: string;
  readonly discard: string;
  readonly storage: string;
  readonly max_age: number;
  readonly max_msgs: number;
  readonly max_msgs_per_subject: number;
  readonly max_bytes: number;
  readonly max_msg_size?: number | undefined;
  readonly num_replicas: number;
  readonly max_consumers?: number | undefined;
  readonly deny_purge?: boolean | undefined;
  readonly subject_transform?: { readonly src?: string | undefined; readonly dest: string } | undefined;
  readonly consumer_limits?: { readonly inactive_threshold?: number } | undefined;
  readonly sealed?: boolean | undefined;
  readonly no_ack?: boolean | undefined;
  readonly mirror?: { readonly name: string } | undefined;
  readonly sources?: ReadonlyArray<{ readonly name: string }> | undefined;
}

export interface Wanted {
  /** A front stream is a log too. */
  readonly kind: 'log' | 'bucket';
  readonly subjects: readonly string[];
  readonly replicas: number;
  /** The size it would be made with; undefined for buckets, which have no limit. */
  readonly bytesMax?: number;
  /** What the log is for; undefined where nothing is recorded. */
  readonly identity?: LogIdentity;
  /** Entries of the bucket may go after a time. */
  readonly expires?: boolean;
}

/** Something about a stream: the end of "stream … ", and what to do. */
export interface StreamFinding {
  readonly what: string;
  readonly remedy: string;
}

/** Sentences about the stream. */
export interface Findings {
  /** With these the pipeline would halt or lose something. */
  readonly faults: readonly string[];
  /** It works, yet not as the configuration says. */
  readonly notes: readonly string[];
}

const remake = 'Delete it while it is empty, or give the pipeline another name';

type Rule = readonly [holds: boolean, what: string, remedy: string];

/** The settings of a stream that are not as they should be; not what it was made for. */
export function settingsOf(
  stream: string,
  is: StreamSettings,
  wanted: Wanted,
): { readonly faults: readonly StreamFinding[]; readonly notes: readonly StreamFinding[] } {
  const found = (rules: readonly Rule[]): StreamFinding[] =>
    rules.filter(([holds]) => holds).map(([, what, remedy]) => ({ what, remedy }));
  const edit = (option: string): string => `\`nats stream edit ${stream} ${option}\``;
  return {
    faults: found([...losses(is, wanted, edit), ...refusals(is, edit)]),
    notes: found(differences(is, wanted, edit)),
  };
}

type Edit = (option: string) => string;

/** What it would not store, or not keep. */
function losses(is: StreamSettings, { kind, subjects, expires = false }: Wanted, edit: Edit): readonly Rule[] {
  const logLike = kind !== 'bucket';
  const missing = subjects.filter((subject) => !is.subjects?.includes(subject));
  return [
    [missing.length > 0, `has no subject ${missing.join(', ')}, only ${is.subjects?.join(', ') || 'none'}`, remake],
    [
      is.retention !== 'limits',
      `has retention "${is.retention}", so readers would delete messages for each other`,
      remake,
    ],
    [is.storage !== 'file', `has ${is.storage} storage, so its messages go with the server`, remake],
    [
      (logLike || is.max_bytes > 0) && is.discard !== 'new',
      'deletes its oldest messages when it is full',
      edit('--discard=new'),
    ],
    [!expires && is.max_age > 0, 'deletes messages by age', edit('--max-age=0')],
    [is.max_msgs > 0, `may hold ${is.max_msgs} messages only`, edit('--max-msgs=-1')],
    [
      logLike && is.max_msgs_per_subject > 0,
      `may hold ${is.max_msgs_per_subject} messages of a subject only`,
      edit('--max-msgs-per-subject=-1'),
    ],
  ];
}

/** What cannot be done with it, or others do. */
function refusals(is: StreamSettings, edit: Edit): readonly Rule[] {
  const origins = [is.mirror, ...(is.sources ?? [])].flatMap((from) => from?.name ?? []);
  return [
    [is.deny_purge === true, 'refuses purges, so it would only grow', remake],
    [is.sealed === true, 'is sealed, so nothing more can be stored', remake],
    [is.no_ack === true, 'does not say what it has stored', edit('--ack')],
    [origins.length > 0, `is filled from ${origins.join(', ')}, so not only Afluente writes to it`, remake],
    [(is.max_consumers ?? -1) > 0, `may have ${is.max_consumers} readers only`, remake],
    [(is.max_msg_size ?? -1) > 0, `takes messages of up to ${is.max_msg_size} bytes only`, edit('--max-msg-size=-1')],
  ];
}

/** What is otherwise than the configuration says. */
function differences(is: StreamSettings, { replicas, bytesMax = is.max_bytes }: Wanted, edit: Edit): readonly Rule[] {
  return [
    [
      is.num_replicas < replicas,
      `has ${is.num_replicas === 1 ? '1 replica' : `${is.num_replicas} replicas`}, ${replicas} are wanted`,
      edit(`--replicas=${replicas}`),
    ],
    [
      is.max_bytes !== bytesMax,
      `has room for ${is.max_bytes < 0 ? 'any number of' : is.max_bytes} bytes, ${bytesMax} are wanted`,
      edit(`--max-bytes=${bytesMax}`),
    ],
  ];
}

export function findingsOf(stream: string, is: StreamSettings, wanted: Wanted): Findings {
  const identity = wanted.identity && identityFault(is.description, wanted.identity);
  const { faults, notes } = settingsOf(stream, is, wanted);
  const sentence = ({ what, remedy }: StreamFinding): string =>
    `stream ${stream} ${what}${remedy.startsWith('`') ? ':' : '.'} ${remedy}`;
  return {
    faults: [...(identity === undefined ? [] : [`stream ${stream} ${identity}`]), ...faults.map(sentence)],
    notes: notes.map(sentence),
  };
}

/** @throws StreamSetupError when the stream would lose something */
export function checkStream(stream: string, is: StreamSettings, wanted: Wanted): void {
  const { faults } = findingsOf(stream, is, wanted);
  if (faults.length > 0) throw new StreamSetupError(faults.join('; '));
}
