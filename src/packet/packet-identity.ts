/**
 * A 53-bit hash by which the same packet is found again in another capture, after routers changed its TTL, checksum, DSCP and
 * link header: of the IP identification, the length of the UDP payload and the payload's bytes in [start, end).
 */
export function packetIdentity(
  bytes: Uint8Array,
  start: number,
  end: number,
  identification: number,
  payloadLength: number,
): number {
  // Two lanes of FNV-1a with different starts and primes, then a finish that spreads every bit (MurmurHash3's).
  let a = 0x811c9dc5 ^ identification;
  let b = 0x9e3779b9 ^ payloadLength;
  a = Math.imul(a, 0x01000193);
  b = Math.imul(b ^ identification, 0x85ebca6b);
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x01000193) ^ (b >>> 15);
  }
  return (spread(a) & 0x1fffff) * 2 ** 32 + spread(b);
}

function spread(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
