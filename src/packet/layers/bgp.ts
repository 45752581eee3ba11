import { ipv4ToText, macToText } from '../addresses.js';
import { Fields } from './parts.js';
import { Undecodable } from './wire.js';

/** Message types (RFC 4271 §4.1). */
export const BGP_TYPE = { open: 1, update: 2, notification: 3, keepalive: 4, routeRefresh: 5 } as const;
export const BGP_HEADER_BYTES = 19;

/** One route as text for people: `10.0.0.0/8`, `EVPN Ethernet Segment 03:…`; and its family. */
export interface BgpRoute {
  readonly family: string;
  /** Of EVPN (RFC 7432 §7), else null. */
  readonly evpnType: number | null;
  readonly text: string;
}

/** What an UPDATE takes back and what it announces (RFC 4271 §4.3, multiprotocol: RFC 4760). Both empty: End-of-RIB. */
export interface BgpUpdate {
  readonly withdrawn: readonly BgpRoute[];
  readonly announced: readonly BgpRoute[];
}

const MP_REACH = 14;
const MP_UNREACH = 15;
const EXTENDED_LENGTH = 0x10;

/**
 * @param bytes a whole UPDATE message without its header. ADD-PATH (RFC 7911) is not looked for.
 * @throws Undecodable where lengths do not fit
 */
export function decodeBgpUpdate(bytes: Uint8Array): BgpUpdate {
  const fields = new Fields(bytes, 'a BGP UPDATE');
  const withdrawn = [...prefixes(fields.take(fields.u16()), 'IPv4')];
  const announced: BgpRoute[] = [];
  const attributes = new Fields(fields.take(fields.u16()), 'BGP path attributes');
  while (attributes.left > 0) {
    const flags = attributes.u8();
    const type = attributes.u8();
    const value = attributes.take((flags & EXTENDED_LENGTH) !== 0 ? attributes.u16() : attributes.u8());
    if (type === MP_UNREACH) withdrawn.push(...multiprotocol(new Fields(value, 'MP_UNREACH_NLRI'), false));
    if (type === MP_REACH) announced.push(...multiprotocol(new Fields(value, 'MP_REACH_NLRI'), true));
  }
  announced.push(...prefixes(fields.rest(), 'IPv4'));
  return { withdrawn, announced };
}

function multiprotocol(fields: Fields, reach: boolean): readonly BgpRoute[] {
  const afi = fields.u16();
  const safi = fields.u8();
  if (reach) {
    fields.skip(fields.u8());
    fields.skip(1);
  }
  const rest = fields.rest();
  switch (`${afi}/${safi}`) {
    case '1/1':
      return prefixes(rest, 'IPv4');
    case '1/128':
      return vpnPrefixes(rest);
    case '25/70':
      return evpnRoutes(rest);
    default:
      return rest.length === 0 ? [] : [{ family: `AFI ${afi} SAFI ${safi}`, evpnType: null, text: 'routes' }];
  }
}

function prefixes(bytes: Uint8Array, family: string): readonly BgpRoute[] {
  const fields = new Fields(bytes, 'BGP prefixes');
  const routes: BgpRoute[] = [];
  while (fields.left > 0) routes.push({ family, evpnType: null, text: prefix(fields, fields.u8()) });
  return routes;
}

function prefix(fields: Fields, bits: number): string {
  if (bits > 32) throw new Undecodable(`a prefix of ${bits} bits`);
  const bytes = fields.take(Math.ceil(bits / 8));
  return `${[0, 1, 2, 3].map((i) => bytes[i] ?? 0).join('.')}/${bits}`;
}

const LABEL_BITS = 24;
const RD_BITS = 64;

/** RFC 4364 §4.3.4: label, route distinguisher, prefix. */
function vpnPrefixes(bytes: Uint8Array): readonly BgpRoute[] {
  const fields = new Fields(bytes, 'VPN-IPv4 routes');
  const routes: BgpRoute[] = [];
  while (fields.left > 0) {
    const bits = fields.u8();
    fields.skip(3);
    const distinguisher = rd(fields);
    routes.push({
      family: 'VPNv4',
      evpnType: null,
      text: `${prefix(fields, bits - LABEL_BITS - RD_BITS)} (RD ${distinguisher})`,
    });
  }
  return routes;
}

function rd(fields: Fields): string {
  const type = fields.u16();
  if (type === 1) return `${ipv4ToText(fields.u32())}:${fields.u16()}`;
  return type === 2 ? `${fields.u32()}:${fields.u16()}` : `${fields.u16()}:${fields.u32()}`;
}

const PER_ES = 0xffff_ffff;

/** RFC 7432 §7.1 to 7.4, RFC 9136 §3.1. */
function evpnRoutes(bytes: Uint8Array): readonly BgpRoute[] {
  const fields = new Fields(bytes, 'EVPN routes');
  const routes: BgpRoute[] = [];
  while (fields.left > 0) {
    const type = fields.u8();
    const body = new Fields(fields.take(fields.u8()), `an EVPN route of type ${type}`);
    routes.push({ family: 'EVPN', evpnType: type, text: evpnText(type, body) });
  }
  return routes;
}

function evpnText(type: number, body: Fields): string {
  const distinguisher = rd(body);
  switch (type) {
    case 1: {
      const segment = esi(body);
      const tag = body.u32();
      return `type 1 (auto-discovery ${tag === PER_ES ? 'per ES' : `per EVI, tag ${tag}`}) ES ${segment} RD ${distinguisher}`;
    }
    case 2: {
      const segment = esi(body);
      body.skip(4 + 1);
      const mac = macToText(body.take(6));
      return `type 2 (MAC/IP) ${mac} ES ${segment} RD ${distinguisher}`;
    }
    case 3:
      return `type 3 (inclusive multicast) RD ${distinguisher}`;
    case 4:
      return `type 4 (Ethernet Segment) ES ${esi(body)} RD ${distinguisher}`;
    default:
      return `type ${type} RD ${distinguisher}`;
  }
}

function esi(fields: Fields): string {
  return [...fields.take(10)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** Takes the whole messages off the front of a stream's bytes. */
export function splitBgp(bytes: Uint8Array): {
  readonly messages: readonly { readonly type: number; readonly body: Uint8Array }[];
  /** What is left: the beginning of a message; undefined: the bytes are no BGP. */
  readonly rest: Uint8Array | undefined;
} {
  const messages: { type: number; body: Uint8Array }[] = [];
  let at = 0;
  while (bytes.length - at >= BGP_HEADER_BYTES) {
    if (!startsMessage(bytes.subarray(at))) return { messages, rest: undefined };
    const length = bytes[at + 16]! * 256 + bytes[at + 17]!;
    if (length < BGP_HEADER_BYTES || length > 4096) return { messages, rest: undefined };
    if (bytes.length - at < length) break;
    messages.push({ type: bytes[at + 18]!, body: bytes.subarray(at + BGP_HEADER_BYTES, at + length) });
    at += length;
  }
  return { messages, rest: bytes.subarray(at) };
}

/** RFC 4271 §4.1: sixteen bytes of ones. */
export function startsMessage(bytes: Uint8Array): boolean {
  return bytes.length >= 16 && bytes.subarray(0, 16).every((byte) => byte === 0xff);
}
