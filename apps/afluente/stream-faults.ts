/** What is wrong with a stream that is there already: settings with which it would lose what Afluente stands on. */

/** The settings looked at, as NATS names them (stream configuration, JetStream API). Ages are nanoseconds; 0 or less is no limit. */
export interface StreamSettings {
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
}

export interface Wanted {
  readonly kind: 'front' | 'log' | 'bucket';
  readonly subjects: readonly string[];
  readonly replicas: number;
  /** The size it would be made with; undefined for buckets, which have no limit. */
  readonly bytesMax?: number;
  /** Entries of the bucket may go after a time. */
  readonly expires?: boolean;
}

/** Sentences about the stream. */
export interface Findings {
  /** With these the pipeline would halt or lose something. */
  readonly faults: readonly string[];
  /** It works, yet not as the configuration says. */
  readonly notes: readonly string[];
}

type Rule = readonly [holds: boolean, what: string];

export function findingsOf(stream: string, is: StreamSettings, wanted: Wanted): Findings {
  const edit = (option: string): string => `: \`nats stream edit ${stream} ${option}\``;
  const remake = '. Delete it while it is empty, or give the pipeline another name';
  const logLike = wanted.kind !== 'bucket';
  const missing = wanted.subjects.filter((subject) => !is.subjects?.includes(subject));
  const { bytesMax = is.max_bytes, expires = false, replicas } = wanted;
  const faults: readonly Rule[] = [
    [missing.length > 0, `has no subject ${missing.join(', ')}, only ${is.subjects?.join(', ') || 'none'}${remake}`],
    [is.retention !== 'limits', `has retention "${is.retention}", so readers would delete messages for each other${remake}`],
    [is.storage !== 'file', `has ${is.storage} storage, so its messages go with the server${remake}`],
    [logLike && is.discard !== 'new', `deletes its oldest messages when it is full${edit('--discard=new')}`],
    [!expires && is.max_age > 0, `deletes messages by age${edit('--max-age=0')}`],
    [is.max_msgs > 0, `may hold ${is.max_msgs} messages only${edit('--max-msgs=-1')}`],
    [logLike && is.max_msgs_per_subject > 0, `may hold ${is.max_msgs_per_subject} messages of a subject only${edit('--max-msgs-per-subject=-1')}`],
    [(is.max_msg_size ?? -1) > 0, `takes messages of up to ${is.max_msg_size} bytes only${edit('--max-msg-size=-1')}`],
  ];
  const notes: readonly Rule[] = [
    [is.num_replicas < replicas, `has ${is.num_replicas === 1 ? '1 replica' : `${is.num_replicas} replicas`}, ${replicas} are wanted${edit(`--replicas=${replicas}`)}`],
    [is.max_bytes !== bytesMax, `has room for ${is.max_bytes < 0 ? 'any number of' : is.max_bytes} bytes, ${bytesMax} are wanted${edit(`--max-bytes=${bytesMax}`)}`],
  ];
  const said = (rules: readonly Rule[]): string[] => rules.filter(([holds]) => holds).map(([, what]) => `stream ${stream} ${what}`);
  return { faults: said(faults), notes: said(notes) };
}
