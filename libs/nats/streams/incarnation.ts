/**
 * What tells a stream from another of the same name: when it was created. But a single nats-server before 2.15 forgets that of a stream which is edited between two
 * restarts, and says when it was started instead (nats-server b48d391). So the streams that Afluente makes have it in their description, too.
 */
import type { StreamConfig } from '@nats-io/jetstream';

/** What is read of a stream's info; the client says `Date` where the server says text with nanoseconds. */
export interface BornStream {
  readonly config: Pick<StreamConfig, 'description'>;
  readonly created: unknown;
  readonly state: {
    readonly messages: number;
    readonly first_seq: number;
    readonly last_seq: number;
    readonly first_ts?: unknown;
  };
}

const recordPattern = / Created (\S+Z)\.$/;
/** Descriptions that Afluente wrote begin so. */
export const ownMark = 'afluente: ';

/** The incarnation of a stream. */
export function incarnationOf(info: BornStream): string {
  const recorded = recordOf(info);
  return recorded !== undefined && hasForgotten(info) ? recorded : String(info.created);
}

/**
 * Its description with a record of the incarnation; undefined: it has that, the description is not ours, or it is left without one. For to record is to edit: of an
 * older stream that has never been trimmed, just that may make the server forget what nothing else would prove.
 * @param isNew made a moment ago
 */
export function newRecord(info: BornStream, isNew: boolean): string | undefined {
  const { description } = info.config;
  const [incarnation, recorded] = [incarnationOf(info), recordOf(info)];
  const isDue = recorded === undefined ? isNew || info.state.first_seq > 1 : recorded !== incarnation;
  return isDue && description?.startsWith(ownMark)
    ? `${withoutRecord(description)} Created ${incarnation}.`
    : undefined;
}

export function withoutRecord(description: string): string {
  return description.replace(recordPattern, '');
}

function recordOf({ config }: Pick<BornStream, 'config'>): string | undefined {
  return recordPattern.exec(config.description ?? '')?.[1];
}

/**
 * It holds messages that are older than itself, or has held others. Else the record was copied, with all settings, from another stream. (Or it held nothing when the
 * server was started first, and still holds everything now: such a one halts, though it is the same. Nothing tells the two apart.)
 */
function hasForgotten({
  created,
  state: { messages, first_seq: first, last_seq: last, first_ts: firstTime },
}: BornStream): boolean {
  if (messages === 0) return last > 0;
  return first > 1 || nanosOf(String(firstTime)) < nanosOf(String(created));
}

/** Since the epoch. @param time RFC 3339, UTC, with as many digits of a second as there are */
function nanosOf(time: string): bigint {
  const [, seconds, digits = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(time)!;
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(digits.padEnd(9, '0'));
}
