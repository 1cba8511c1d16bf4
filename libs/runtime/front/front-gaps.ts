/** Finds events that were deleted from Afluente's own front stream before ingest read them: nobody else deletes there, so each gap is a loss that somebody must know of. */
import { HaltError } from '#nats/ground/halt-error';

export class FrontGaps {
  /** Where the last look found the messages behind to be gone. */
  #seenAt: number | undefined;

  /** @param received last sequence that was delivered */
  constructor(
    private readonly stream: string,
    private received: number,
  ) {}

  /** A delivery. @returns why it is not the one behind the last */
  receive(seq: number): HaltError | undefined {
    const missing = seq - this.received - 1;
    this.received = seq;
    return missing > 0 ? gapBefore(seq, missing, this.stream) : undefined;
  }

  /**
   * The first sequence that is there, or would be the next one: it tells of a gap behind which nothing comes.
   * What was on its way to us at one look has come at the next: so only that finds something.
   */
  look(first: number): HaltError | undefined {
    const missing = first - this.received - 1;
    const isLasting = this.#seenAt === this.received;
    this.#seenAt = missing > 0 ? this.received : undefined;
    return missing > 0 && isLasting ? gapBefore(first, missing, this.stream) : undefined;
  }
}

/** So many messages before `seq` were deleted. */
export function gapBefore(seq: number, missing: number, stream: string): HaltError {
  return new HaltError(
    `${missing} messages before ${seq} are missing from ${stream}: they were deleted before ingest read them (by hand, or by a server before 2.10 when the stream was full). To go on without them, restart ingest with AFL_ACCEPT_FRONT_GAPS=true.`,
  );
}
