import { LINK_TYPE } from '../frame.js';
import { BFD_PORT, decodeBfd, type Bfd } from './bfd.js';
import { decodeCdp, type Cdp } from './cdp.js';
import { decodeCfm, type Cfm } from './cfm.js';
import { decodeDtp, type Dtp } from './dtp.js';
import { decodeEapol, EAPOL_TYPE, type Eapol } from './eapol.js';
import { decodeElmi, type Elmi } from './elmi.js';
import { decodeEsmc, type Esmc } from './esmc.js';
import { decodeEthernet, ETHER_TYPE, type Ethernet } from './ethernet.js';
import { decodeGarp, type Garp } from './garp.js';
import { decodeIgmp, type Igmp } from './igmp.js';
import { decodeIpv4, IP_PROTOCOL, type Ipv4 } from './ipv4.js';
import { decodeIsis, type Isis } from './isis.js';
import { decodeLacp, type Lacp } from './lacp.js';
import { decodeLinuxSll, type LinuxSll } from './linux-sll.js';
import { decodeLinuxSll2, type LinuxSll2 } from './linux-sll2.js';
import { CISCO_PROTOCOL, decodeLlc, decodeSnap, LLC_SAP, OUI_CISCO, type Llc, type Snap } from './llc.js';
import { decodeLldp, type Lldp } from './lldp.js';
import { decodeMacControl, type MacControl } from './mac-control.js';
import { decodeMacsec, type Macsec } from './macsec.js';
import { decodeMarker, type Marker } from './marker.js';
import { decodeMka, type Mka } from './mka.js';
import { decodeMrp, type Mrp } from './mrp.js';
import { decodeOam, type Oam } from './oam.js';
import { decodePagp, type Pagp } from './pagp.js';
import { decodePtp, type Ptp } from './ptp.js';
import { SLOW_SUBTYPE } from './slow.js';
import { decodeStp, type Stp } from './stp.js';
import { decodeTcp, type Tcp } from './tcp.js';
import { decodeUdld, type Udld } from './udld.js';
import { decodeUdp, type Udp } from './udp.js';
import { decodeVlan, isVlanTag, type Vlan } from './vlan.js';
import { decodeVtp, type Vtp } from './vtp.js';
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

export type Layer =
  | Ethernet
  | Vlan
  | LinuxSll
  | LinuxSll2
  | Ipv4
  | Udp
  | Tcp
  | Igmp
  | Bfd
  | Llc
  | Snap
  | Stp
  | Garp
  | Isis
  | Dtp
  | Cdp
  | Vtp
  | Udld
  | Pagp
  | MacControl
  | Lacp
  | Marker
  | Oam
  | Esmc
  | Eapol
  | Mka
  | Lldp
  | Elmi
  | Mrp
  | Ptp
  | Cfm
  | Macsec
  | Payload
  | Malformed;

type Header = Exclude<Layer, Payload | Malformed>;

const DECODERS: Readonly<{ [P in Header['protocol']]: (bytes: Uint8Array) => Decoded<Header> }> = {
  ethernet: decodeEthernet,
  vlan: decodeVlan,
  'linux-sll': decodeLinuxSll,
  'linux-sll2': decodeLinuxSll2,
  ipv4: decodeIpv4,
  udp: decodeUdp,
  tcp: decodeTcp,
  igmp: decodeIgmp,
  bfd: decodeBfd,
  llc: decodeLlc,
  snap: decodeSnap,
  stp: decodeStp,
  garp: decodeGarp,
  isis: decodeIsis,
  dtp: decodeDtp,
  cdp: decodeCdp,
  vtp: decodeVtp,
  udld: decodeUdld,
  pagp: decodePagp,
  'mac-control': decodeMacControl,
  lacp: decodeLacp,
  marker: decodeMarker,
  oam: decodeOam,
  esmc: decodeEsmc,
  eapol: decodeEapol,
  mka: decodeMka,
  lldp: decodeLldp,
  elmi: decodeElmi,
  mrp: decodeMrp,
  ptp: decodePtp,
  cfm: decodeCfm,
  macsec: decodeMacsec,
};

/** A smaller value in the EtherType's place is the length of what follows (IEEE 802.3 §3.2.6). */
const FIRST_ETHER_TYPE = 0x0600;

const BY_ETHER_TYPE: Readonly<Record<number, Header['protocol']>> = {
  [ETHER_TYPE.ipv4]: 'ipv4',
  [ETHER_TYPE.macControl]: 'mac-control',
  [ETHER_TYPE.eapol]: 'eapol',
  [ETHER_TYPE.lldp]: 'lldp',
  [ETHER_TYPE.macsec]: 'macsec',
  [ETHER_TYPE.elmi]: 'elmi',
  [ETHER_TYPE.mvrp]: 'mrp',
  [ETHER_TYPE.mmrp]: 'mrp',
  [ETHER_TYPE.ptp]: 'ptp',
  [ETHER_TYPE.cfm]: 'cfm',
};

const BY_SLOW_SUBTYPE: Readonly<Record<number, Header['protocol']>> = {
  [SLOW_SUBTYPE.lacp]: 'lacp',
  [SLOW_SUBTYPE.marker]: 'marker',
  [SLOW_SUBTYPE.oam]: 'oam',
  [SLOW_SUBTYPE.organisation]: 'esmc',
};

const BY_CISCO_PROTOCOL: Readonly<Record<number, Header['protocol']>> = {
  [CISCO_PROTOCOL.pagp]: 'pagp',
  [CISCO_PROTOCOL.pvst]: 'stp',
  [CISCO_PROTOCOL.udld]: 'udld',
  [CISCO_PROTOCOL.cdp]: 'cdp',
  [CISCO_PROTOCOL.vtp]: 'vtp',
  [CISCO_PROTOCOL.dtp]: 'dtp',
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
    next = inside(decoded.layer, rest);
    // What is behind an 802.3 length is padding.
    if (next === 'llc' && 'etherType' in decoded.layer) rest = rest.subarray(0, decoded.layer.etherType);
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

function inside(layer: Header, rest: Uint8Array): Header['protocol'] | undefined {
  switch (layer.protocol) {
    case 'ethernet':
    case 'vlan':
    case 'linux-sll':
    case 'linux-sll2':
      if (isVlanTag(layer.etherType)) return 'vlan';
      if (layer.etherType === ETHER_TYPE.slowProtocols) return BY_SLOW_SUBTYPE[rest[0] ?? -1];
      if (layer.etherType < FIRST_ETHER_TYPE) return layer.protocol.startsWith('linux') ? undefined : 'llc';
      return BY_ETHER_TYPE[layer.etherType];
    case 'ipv4':
      if (layer.fragmentOffset !== 0) return undefined;
      if (layer.payloadProtocol === IP_PROTOCOL.udp) return 'udp';
      if (layer.payloadProtocol === IP_PROTOCOL.tcp) return 'tcp';
      return layer.payloadProtocol === IP_PROTOCOL.igmp ? 'igmp' : undefined;
    case 'udp':
      return Object.values<number>(BFD_PORT).includes(layer.destinationPort) ? 'bfd' : undefined;
    case 'llc':
      return insideLlc(layer, rest);
    case 'snap':
      return layer.oui === OUI_CISCO ? BY_CISCO_PROTOCOL[layer.protocolId] : undefined;
    case 'eapol':
      return layer.type === EAPOL_TYPE.mka ? 'mka' : undefined;
    default:
      return undefined;
  }
}

function insideLlc(layer: Llc, rest: Uint8Array): Header['protocol'] | undefined {
  switch (layer.dsap) {
    case LLC_SAP.spanningTree:
      // GARP shares the service access point; the protocol id tells (IEEE 802.1D-2004 §12.10.1).
      return rest[0] === 0 && rest[1] === 1 ? 'garp' : 'stp';
    case LLC_SAP.snap:
      return 'snap';
    case LLC_SAP.osi:
      return 'isis';
    default:
      return undefined;
  }
}
