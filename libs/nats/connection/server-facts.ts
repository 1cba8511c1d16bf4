/** What a server says of itself, of the account and of the user: for whoever looks at it from outside. */
import type { NatsClient } from '../ground/nats.js';
import { serverMsOf, streamInfo } from '../streams/stream-info.js';

export interface ServerFacts {
  readonly version: string;
  readonly payloadBytesMax: number;
  /** A server alone keeps one copy of a stream. */
  readonly clustered: boolean;
}

/** Of an account, or of its streams with so many copies (`tier`, e.g. `R3`). 0 or less is no limit. */
export interface AccountFacts {
  readonly tier: string;
  readonly streams: number;
  readonly streamsMax: number;
  readonly consumersMax: number;
  readonly bytes: number;
  /** What streams with a size may still fill up to; 0 where the server does not say (before 2.10). */
  readonly bytesReserved: number;
  readonly bytesMax: number;
}

/** Subjects that a user may or may not publish to; undefined: no such list. */
export interface PublishRights {
  readonly allow: readonly string[] | undefined;
  readonly deny: readonly string[] | undefined;
}

const userInfo = '$SYS.REQ.USER.INFO';
const answerMsMax = 2_000;

export function serverFacts({ nc, serverVersion, payloadBytesMax }: NatsClient): ServerFacts {
  return { version: serverVersion, payloadBytesMax, clustered: nc.info?.cluster !== undefined };
}

/** One, or one for each tier. */
export async function accountFacts({ jsm }: NatsClient): Promise<AccountFacts[]> {
  const { tiers, ...whole } = await jsm.getAccountInfo();
  return Object.entries(tiers ?? { '': whole }).flatMap(([tier, usage]) => {
    if (!usage) return [];
    const { limits, streams, storage: bytes, reserved_storage: bytesReserved = 0 } = usage;
    return [
      {
        tier,
        streams,
        streamsMax: limits.max_streams,
        consumersMax: limits.max_consumers,
        bytes,
        bytesReserved,
        bytesMax: limits.max_storage,
      },
    ];
  });
}

/** What this user may publish (nats-server 2.10, `$SYS.REQ.USER.INFO`); undefined where the server does not tell. */
export async function publishRights({ nc }: NatsClient): Promise<PublishRights | undefined> {
  try {
    const answer = (await nc.request(userInfo, '', { timeout: answerMsMax })).json<{
      data?: { permissions?: { publish?: Partial<PublishRights> } };
    }>();
    const { allow, deny } = answer.data?.permissions?.publish ?? {};
    return answer.data && { allow, deny };
  } catch {
    return undefined;
  }
}

/** The server's clock, epoch ms, as it stands in what it says of a stream (2.10 and newer). */
export async function serverClock(nats: NatsClient, stream: string): Promise<number | undefined> {
  const info = await streamInfo(nats, stream);
  return info && serverMsOf(info);
}
