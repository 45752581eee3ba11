import { LINK_TYPE } from '../frame.js';
import { decodeEthernet, ETHER_TYPE, type Ethernet } from './ethernet.js';
import { decodeIgmp, type Igmp } from './igmp.js';
import { decodeIpv4, IP_PROTOCOL, type Ipv4 } from './ipv4.js';
import { decodeLinuxSll, type LinuxSll } from './linux-sll.js';
import { decodeLinuxSll2, type LinuxSll2 } from './linux-sll2.js';
import { decodeUdp, type Udp } from './udp.js';
import { decodeVlan, isVlanTag, type Vlan } from './vlan.js';
import { type Decoded, Undecodable } from './wire.js';

/** Bytes that no layer here explains: the application's, or a protocol that is not known. */
export interface Payload {
  readonly protocol: 'payload';
  readonly bytes: Uint8Array;
}

/** Bytes that are not what they should be. The layers before it stand. */
export interface Malformed {
  readonly protocol: 'malformed';
  /** What they should have been: a layer's name. */
  readonly expected: string;
  readonly reason: string;
  readonly bytes: Uint8Array;
}

export type Layer = Ethernet | Vlan | LinuxSll | LinuxSll2 | Ipv4 | Udp | Igmp | Payload | Malformed;

type Header = Exclude<Layer, Payload | Malformed>;

const DECODERS: Readonly<{ [P in Header['protocol']]: (bytes: Uint8Array) => Decoded<Header> }> = {
  ethernet: decodeEthernet,
  vlan: decodeVlan,
  'linux-sll': decodeLinuxSll,
  'linux-sll2': decodeLinuxSll2,
  ipv4: decodeIpv4,
  udp: decodeUdp,
  igmp: decodeIgmp,
};

/**
 * Takes a frame apart, from the outside in: every layer that decodes, then a `payload` or a `malformed` layer with the
 * bytes left over, if any are. Layers may share the memory of `bytes`.
 */
export function decodeFrame(bytes: Uint8Array, linkType: number): readonly Layer[] {
  const layers: Layer[] = [];
  let rest = bytes;
  let next = outermost(bytes, linkType);
  while (next !== undefined) {
    let decoded: Decoded<Header>;
    try {
      decoded = DECODERS[next](rest);
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      return [...layers, { protocol: 'malformed', expected: next, reason: error.message, bytes: rest }];
    }
    layers.push(decoded.layer);
    rest = decoded.payload;
    next = inside(decoded.layer);
  }
  return rest.length === 0 ? layers : [...layers, { protocol: 'payload', bytes: rest }];
}

function outermost(bytes: Uint8Array, linkType: number): Header['protocol'] | undefined {
  switch (linkType) {
    case LINK_TYPE.ethernet:
      return 'ethernet';
    case LINK_TYPE.linuxSll:
      return 'linux-sll';
    case LINK_TYPE.linuxSll2:
      return 'linux-sll2';
    case LINK_TYPE.ipv4:
      return 'ipv4';
    case LINK_TYPE.raw:
      return bytes.length > 0 && bytes[0]! >>> 4 === 4 ? 'ipv4' : undefined;
    default:
      return undefined;
  }
}

function inside(layer: Header): Header['protocol'] | undefined {
  switch (layer.protocol) {
    case 'ethernet':
    case 'vlan':
    case 'linux-sll':
    case 'linux-sll2':
      if (isVlanTag(layer.etherType)) return 'vlan';
      return layer.etherType === ETHER_TYPE.ipv4 ? 'ipv4' : undefined;
    case 'ipv4':
      if (layer.fragmentOffset !== 0) return undefined;
      if (layer.payloadProtocol === IP_PROTOCOL.udp) return 'udp';
      return layer.payloadProtocol === IP_PROTOCOL.igmp ? 'igmp' : undefined;
    case 'udp':
    case 'igmp':
      return undefined;
  }
}
