/** What a JetStream account allows, and what a pipeline needs: the limits it would run into are known before anything is made. */

/** As the server answers `$JS.API.INFO` (JetStream API, account_info_response). Bytes; 0 or less is no limit, except for `max_storage`, where 0 is none at all. */
export interface TierFacts {
  readonly streams: number;
  /** Sum of `max_bytes` of the streams that are there. */
  readonly reserved_storage?: number;
  readonly limits: {
    readonly max_storage: number;
    readonly max_streams: number;
    /** Of each stream (nats-server, addConsumerWithAssignment). */
    readonly max_consumers: number;
    readonly max_bytes_required?: boolean;
    readonly storage_max_stream_bytes?: number;
  };
}

/** Of an account with tiers, only those count. */
export interface AccountFacts extends TierFacts {
  readonly tiers?: Readonly<Partial<Record<string, TierFacts>>>;
}

export interface StreamNeed {
  readonly stream: string;
  readonly isThere: boolean;
  /** Undefined: it is made without a size. */
  readonly bytesMax: number | undefined;
  /** Who reads it at the same time. */
  readonly readers: number;
}

export interface ServerFacts {
  /** It belongs to no cluster. */
  readonly isAlone: boolean;
}

type Rule = readonly [isShort: boolean, sentence: () => string];

/** @returns a sentence for each limit that is too low, none when all fits. What the servers themselves have (`max_file`) no account is told */
export function shortages(
  needs: readonly StreamNeed[],
  account: AccountFacts,
  server: ServerFacts,
  replicas: number,
): string[] {
  const tier = account.tiers?.[`R${replicas}`];
  const wish: Wish = {
    needs,
    missing: needs.filter(({ isThere }) => !isThere),
    replicas,
    // Without tiers each copy counts (nats-server, tieredStreamAndReservationCount).
    copiesCounted: tier ? 1 : replicas,
  };
  const there = tier ?? account;
  const rules = [
    replicaRule(wish, server),
    ...[streamsRule, storageRule, readersRule, unsizedRule, largeRule].map((rule) => rule(wish, there)),
  ];
  return rules.filter(([isShort]) => isShort).map(([, sentence]) => sentence());
}

/** What is to be made beside what is there. */
interface Wish {
  readonly needs: readonly StreamNeed[];
  readonly missing: readonly StreamNeed[];
  readonly replicas: number;
  readonly copiesCounted: number;
}

const withoutSize = ({ missing }: Wish): StreamNeed[] => missing.filter(({ bytesMax }) => bytesMax === undefined);

const replicaRule = ({ missing, replicas }: Wish, { isAlone }: ServerFacts): Rule => [
  missing.length > 0 && replicas > 1 && isAlone,
  () =>
    `replicas: ${replicas} are wanted, and this NATS is one server without a cluster. Use a cluster of ${replicas} servers at least, or set AFL_STREAM_REPLICAS=1.`,
];

const streamsRule = ({ missing }: Wish, { streams, limits: { max_streams: most } }: TierFacts): Rule => [
  most > 0 && streams + missing.length > most,
  () =>
    `max_streams of the account: ${missing.length} more streams are needed, and ${most - streams} are left of ${most}. Allow ${streams + missing.length} at least.`,
];

function storageRule(wish: Wish, { reserved_storage: reserved = 0, limits }: TierFacts): Rule {
  const { missing, copiesCounted } = wish;
  const sized = missing.reduce((sum, { bytesMax = 0 }) => sum + bytesMax, 0) * copiesCounted;
  // One without a size is made where a byte is left (nats-server, checkBytesLimits), and promised nothing.
  const bytes = sized + Math.min(1, withoutSize(wish).length);
  return [
    bytes > 0 && limits.max_storage >= 0 && reserved + bytes > limits.max_storage,
    () =>
      `max_file (storage) of the account: ${bytes} more bytes are needed (the sizes of ${missing.length} streams${copiesCounted === 1 ? '' : `, ${copiesCounted} copies of each`}), and ${Math.max(0, limits.max_storage - reserved)} are left of ${limits.max_storage}. Allow ${reserved + bytes} at least, or make logs and front streams smaller (AFL_LOG_BYTES_MAX, bytesMax of the sources).`,
  ];
}

function readersRule({ needs }: Wish, { limits: { max_consumers: most } }: TierFacts): Rule {
  const readers = Math.max(0, ...needs.map((need) => need.readers));
  return [
    most > 0 && readers > most,
    () =>
      `max_consumers of the account: ${readers} readers of one stream are needed (${needs.find((need) => need.readers === readers)!.stream}), and ${most} are allowed. Allow ${2 * readers} at least: readers of a process that was killed stay for a minute.`,
  ];
}

function unsizedRule(wish: Wish, { limits }: TierFacts): Rule {
  const unsized = withoutSize(wish).map(({ stream }) => stream);
  return [
    limits.max_bytes_required === true && unsized.length > 0,
    () =>
      `max_bytes_required of the account: the buckets of Afluente have no size (${unsized.join(', ')}). Allow streams without max_bytes.`,
  ];
}

function largeRule({ missing }: Wish, { limits: { storage_max_stream_bytes: most = 0 } }: TierFacts): Rule {
  const large = missing.filter(({ bytesMax = 0 }) => most > 0 && bytesMax > most);
  return [
    large.length > 0,
    () =>
      `disk_max_stream_bytes of the account: ${Math.max(...large.map(({ bytesMax = 0 }) => bytesMax))} bytes are needed for one stream (${large[0]!.stream}), and ${most} are allowed. Allow more, or make logs and front streams smaller (AFL_LOG_BYTES_MAX, bytesMax of the sources).`,
  ];
}
