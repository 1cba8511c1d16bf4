/** Reads one file out of a zip archive, so that the set-up needs no unzip program. */
import { inflateRawSync } from 'node:zlib';
import { SetupError } from './say.mjs';

// Signatures and offsets: APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
const endSignature = 0x06054b50;
const centralSignature = 0x02014b50;
const endBytes = 22;
const centralBytes = 46;
const localBytes = 30;
const deflated = 8;

/**
 * @param {Buffer} archive the whole archive, below 4 GiB (no zip64)
 * @param {string} name path of the file inside the archive
 * @returns {Buffer}
 */
export function unzipEntry(archive, name) {
  const entry = centralEntries(archive).find((found) => found.name === name);
  if (!entry) throw new SetupError(`The archive has no ${name}: its layout has changed.`);
  const start =
    entry.localOffset +
    localBytes +
    archive.readUInt16LE(entry.localOffset + 26) +
    archive.readUInt16LE(entry.localOffset + 28);
  const packed = archive.subarray(start, start + entry.packedBytes);
  return entry.method === deflated ? inflateRawSync(packed) : packed;
}

/** @param {Buffer} archive */
function centralEntries(archive) {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + endBytes > archive.length || archive.readUInt32LE(end) !== endSignature)
    throw new SetupError('The archive is no zip file, or is cut off.');
  const entries = [];
  let at = archive.readUInt32LE(end + 16);
  for (
    let left = archive.readUInt16LE(end + 10);
    left > 0 && archive.readUInt32LE(at) === centralSignature;
    left -= 1
  ) {
    const nameBytes = archive.readUInt16LE(at + 28);
    entries.push({
      name: archive.toString('utf8', at + centralBytes, at + centralBytes + nameBytes),
      method: archive.readUInt16LE(at + 10),
      packedBytes: archive.readUInt32LE(at + 20),
      localOffset: archive.readUInt32LE(at + 42),
    });
    at += centralBytes + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}
