import { LINK_TYPE, type Frame } from './frame.js';
import { ETHER_TYPE, ETHERNET_BYTES } from './layers/ethernet.js';
import { IP_PROTOCOL, IPV4_BYTES } from './layers/ipv4.js';
import { LINUX_SLL_BYTES } from './layers/linux-sll.js';
import { LINUX_SLL2_BYTES } from './layers/linux-sll2.js';
import { TCP_BYTES } from './layers/tcp.js';
import { UDP_BYTES } from './layers/udp.js';
import { isVlanTag, VLAN_BYTES } from './layers/vlan.js';

/** `unknown-link`: frames of that link type cannot be taken apart. `other`: anything else that is not for us. */
export type Located = 'udp' | 'tcp' | 'igmp' | 'other' | 'unknown-link';

/**
 * Finds the UDP payload of a frame without making anything: under Ethernet or a Linux cooked header, any stack of VLAN tags
 * and IPv4 with options. Agrees with `decodeFrame`, which tells more and takes longer. Of a fragmented datagram only the
 * first fragment is UDP. The fields hold until the next `locate`, and say something only after `udp` or `tcp` (or `igmp`,
 * the addresses).
 */
export class UdpLocator {
  /** As 32-bit numbers; `ipv4ToText` writes them out. */
  source = 0;
  destination = 0;
  identification = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** What was captured of the payload, in the frame's buffer. */
  payloadStart = 0;
  payloadEnd = 0;
  /** How long the payload was on the wire, by the UDP header, or by that of IPv4. */
  payloadLength = 0;
  /** Of TCP only. */
  sequence = 0;
  acknowledgement = 0;
  flags = 0;

  locate(frame: Frame): Located {
    const { view, end } = frame;
    let at = frame.start;
    let etherType: number;
    switch (frame.linkType) {
      case LINK_TYPE.ethernet:
        if (end - at < ETHERNET_BYTES) return 'other';
        etherType = view.getUint16(at + 12);
        at += ETHERNET_BYTES;
        break;
      case LINK_TYPE.linuxSll:
        if (end - at < LINUX_SLL_BYTES) return 'other';
        etherType = view.getUint16(at + 14);
        at += LINUX_SLL_BYTES;
        break;
      case LINK_TYPE.linuxSll2:
        if (end - at < LINUX_SLL2_BYTES) return 'other';
        etherType = view.getUint16(at);
        at += LINUX_SLL2_BYTES;
        break;
      case LINK_TYPE.raw:
      case LINK_TYPE.ipv4:
        etherType = ETHER_TYPE.ipv4;
        break;
      default:
        return 'unknown-link';
    }
    while (isVlanTag(etherType)) {
      if (end - at < VLAN_BYTES) return 'other';
      etherType = view.getUint16(at + 2);
      at += VLAN_BYTES;
    }
    return etherType === ETHER_TYPE.ipv4 ? this.locateInIpv4(view, at, end) : 'other';
  }

  private locateInIpv4(view: DataView, at: number, captureEnd: number): Located {
    if (captureEnd - at < IPV4_BYTES) return 'other';
    const first = view.getUint8(at);
    const headerBytes = (first & 0x0f) * 4;
    if (first >>> 4 !== 4 || headerBytes < IPV4_BYTES || captureEnd - at < headerBytes) return 'other';
    // 0 in captures made before segmentation by the network card.
    const totalLength = view.getUint16(at + 2);
    if (totalLength !== 0 && totalLength < headerBytes) return 'other';
    if ((view.getUint16(at + 6) & 0x1fff) !== 0) return 'other';
    const end = totalLength === 0 ? captureEnd : Math.min(captureEnd, at + totalLength);
    this.identification = view.getUint16(at + 4);
    this.source = view.getUint32(at + 12);
    this.destination = view.getUint32(at + 16);
    const protocol = view.getUint8(at + 9);
    if (protocol === IP_PROTOCOL.igmp) return 'igmp';
    if (protocol === IP_PROTOCOL.tcp) return this.locateTcp(view, at + headerBytes, end, at + totalLength);
    if (protocol !== IP_PROTOCOL.udp) return 'other';
    const udp = at + headerBytes;
    if (end - udp < UDP_BYTES) return 'other';
    const length = view.getUint16(udp + 4);
    if (length < UDP_BYTES) return 'other';
    this.sourcePort = view.getUint16(udp);
    this.destinationPort = view.getUint16(udp + 2);
    this.payloadStart = udp + UDP_BYTES;
    this.payloadEnd = Math.min(end, udp + length);
    this.payloadLength = length - UDP_BYTES;
    return 'udp';
  }

  /** @param wireEnd where the packet ended on the wire; before `tcp` where its length was not set */
  private locateTcp(view: DataView, tcp: number, end: number, wireEnd: number): Located {
    if (end - tcp < TCP_BYTES) return 'other';
    const headerBytes = (view.getUint8(tcp + 12) >>> 4) * 4;
    if (headerBytes < TCP_BYTES) return 'other';
    this.sourcePort = view.getUint16(tcp);
    this.destinationPort = view.getUint16(tcp + 2);
    this.sequence = view.getUint32(tcp + 4);
    this.acknowledgement = view.getUint32(tcp + 8);
    this.flags = view.getUint8(tcp + 13);
    this.payloadStart = Math.min(end, tcp + headerBytes);
    this.payloadEnd = end;
    this.payloadLength = Math.max(0, (wireEnd > tcp ? wireEnd : end) - tcp - headerBytes);
    return 'tcp';
  }
}
