/** Whether every event of a message keeps the message's headers: many small events with large headers would be a multiple of what was sent. */

const repeatedBytesFree = 8 * 1024;
const repeatedShareMax = 4;

/** If not, only the first event has them. A matter of the message alone. @param headerBytes of one copy @param messageBytes of the payload */
export function repeatsHeaders(events: number, headerBytes: number, messageBytes: number): boolean {
  return (events - 1) * headerBytes <= repeatedBytesFree + repeatedShareMax * messageBytes;
}
