import { join } from 'node:path';
import { instantFromText, type Instant } from '../../src/core/instant.js';
import { forEachFrame } from '../../src/packet/capture-reader.js';
import { ipv4ToText } from '../../src/packet/addresses.js';
import { ETHERNET_BYTES, ETHER_TYPE } from '../../src/packet/layers/ethernet.js';
import { IP_PROTOCOL } from '../../src/packet/layers/ipv4.js';
import type { RunResult } from '../../src/run/result.js';

/** A protocol's hello: its IP protocol, and the first bytes of the message (version and type). */
interface Hello {
  readonly protocol: number;
  readonly begins: readonly number[];
}

/** RFC 2328 §A.3.2. */
export const OSPF_HELLO: Hello = { protocol: IP_PROTOCOL.ospf, begins: [2, 1] };
/** RFC 7761 §4.9. */
export const PIM_HELLO: Hello = { protocol: IP_PROTOCOL.pim, begins: [0x20] };

/** When each sender's last hello passed a captured interface before the fault of this run, by its address. */
export function lastHellos(
  { result, dir }: { readonly result: RunResult; readonly dir: string },
  endpoint: string,
  hello: Hello,
): ReadonlyMap<string, Instant> {
  const [node, name] = endpoint.split(':');
  const capture = result.captures.find((one) => one.node === node && one.interface === name)!;
  const faultAt = instantFromText(result.fault!.appliedFrom);
  const found = new Map<string, Instant>();
  forEachFrame(join(dir, capture.file), ({ bytes, view, start, seconds, nanoseconds }) => {
    const ip = start + ETHERNET_BYTES;
    if (view.getUint16(start + 12) !== ETHER_TYPE.ipv4 || bytes[ip + 9] !== hello.protocol) return;
    const message = ip + (bytes[ip]! & 0x0f) * 4;
    if (!hello.begins.every((byte, index) => bytes[message + index] === byte)) return;
    const at = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
    if (at < faultAt) found.set(ipv4ToText(view.getUint32(ip + 12)), at);
  });
  return found;
}
