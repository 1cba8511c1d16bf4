/** Compares what the servers of a cluster say they hold. */
import { type Finding, found } from '../findings.js';

/** One server's copy of a stream. */
export interface StreamCopy {
  readonly server: string;
  readonly stream: string;
  readonly messages: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Digest over sequences, headers and bytes of all messages; undefined until it was read. */
  readonly digest?: string;
}

/** @param servers names of all servers: a stream that one of them lacks is a difference too */
export function* copyFindings(servers: readonly string[], copies: readonly StreamCopy[]): Generator<Finding> {
  const byStream = Map.groupBy(copies, ({ stream }) => stream);
  for (const [stream, all] of byStream) {
    const texts = new Set(all.map(contents));
    if (texts.size > 1)
      yield found(
        'replicaDifferences',
        `${stream}: ${all.map((copy) => `${copy.server} has ${contents(copy)}`).join(', ')}`,
      );
    const missing = servers.filter((server) => !all.some((copy) => copy.server === server));
    if (missing.length > 0) yield found('replicaDifferences', `${stream}: no copy on ${missing.join(', ')}`);
  }
}

function contents({ messages, firstSeq, lastSeq, digest }: StreamCopy): string {
  return `${messages} messages, ${firstSeq} to ${lastSeq}${digest === undefined ? '' : `, digest ${digest}`}`;
}
