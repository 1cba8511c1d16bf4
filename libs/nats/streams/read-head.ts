/** The head of a frame, from the headers of any message: what no client can parse is no frame. */
import type { MsgHdrs } from '@nats-io/transport-node';
import { decodeHead, type FrameHead } from '#frame/head';

/** @param headersOf throws for a header that the client does not take */
export function readHead(headersOf: () => MsgHdrs | undefined): FrameHead | undefined {
  try {
    const headers = headersOf();
    return decodeHead((name) => headers?.values(name) ?? []);
  } catch {
    return undefined;
  }
}
