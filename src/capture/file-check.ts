import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MAGIC_NS_LE = 0xa1b23c4d;

export interface FileCheck {
  readonly sha256: string;
  readonly bytes: number;
  /** Whole packet records in it. */
  readonly packets: number;
  /** Why it is not what tcpdump writes; undefined where it is whole. */
  readonly damage: string | undefined;
}

/**
 * Hash, size and number of whole records of a nanosecond pcap file as tcpdump writes it on this machine, in one pass.
 * @throws the system's error where the file cannot be read.
 */
export async function checkFile(path: string): Promise<FileCheck> {
  const hash = createHash('sha256');
  let bytes = 0;
  let packets = 0;
  let damage: string | undefined;
  let header: Buffer = Buffer.alloc(0);
  let headerBytes = FILE_HEADER_BYTES;
  let bodyLeft = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    let at = 0;
    while (at < chunk.length && damage === undefined) {
      if (bodyLeft > 0) {
        const taken = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= taken;
        at += taken;
        if (bodyLeft === 0) packets += 1;
        continue;
      }
      const taken = chunk.subarray(at, at + headerBytes - header.length);
      at += taken.length;
      header = header.length === 0 ? taken : Buffer.concat([header, taken]);
      if (header.length < headerBytes) continue;
      if (headerBytes === FILE_HEADER_BYTES) {
        if (header.readUInt32LE(0) !== MAGIC_NS_LE) damage = 'it does not begin as a nanosecond pcap file does';
        headerBytes = RECORD_HEADER_BYTES;
      } else {
        bodyLeft = header.readUInt32LE(8);
        if (bodyLeft === 0) packets += 1;
      }
      header = Buffer.alloc(0);
    }
    bytes += chunk.length;
  }
  if (bytes < FILE_HEADER_BYTES) damage ??= `it has ${bytes} bytes, less than a file header`;
  else if (header.length > 0 || bodyLeft > 0) damage ??= `it is cut within packet ${packets + 1}`;
  return { sha256: hash.digest('hex'), bytes, packets, damage };
}
