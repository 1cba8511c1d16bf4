/** Several parts of a snapshot as one: small windows are many. */

const wordBytes = 4;

/** Their number, their lengths (32 bits, little endian), then the parts. */
export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const lengths = Buffer.alloc((parts.length + 1) * wordBytes);
  lengths.writeUInt32LE(parts.length);
  for (const [at, { length }] of parts.entries()) lengths.writeUInt32LE(length, (at + 1) * wordBytes);
  return Buffer.concat([lengths, ...parts]);
}

/** The parts of a pack, as views of it. */
export function splitParts(pack: Uint8Array): Uint8Array[] {
  const view = new DataView(pack.buffer, pack.byteOffset, pack.byteLength);
  const count = view.getUint32(0, true);
  let at = (count + 1) * wordBytes;
  return Array.from({ length: count }, (_, part) => {
    const start = at;
    at += view.getUint32((part + 1) * wordBytes, true);
    return pack.subarray(start, at);
  });
}
