import { Fields, ascii, join, mac, padTo, u16, u32, u8, hexBytes, zeros } from './parts.js';
import { type Decoded, Undecodable } from './wire.js';

/** BPDU types (IEEE 802.1Q §14.4). */
export const BPDU_TYPE = { config: 0x00, topologyChange: 0x80, rapid: 0x02 } as const;
export const STP_VERSION = { stp: 0, rstp: 2, mstp: 3 } as const;

export interface BridgeId {
  /** With the system id extension in its low 12 bits. */
  readonly priority: number;
  readonly mac: string;
}

/** What MSTP adds (IEEE 802.1Q §14.4.1). Messages of instances follow it as they are, 16 bytes each. */
export interface MstPart {
  readonly name: string;
  readonly revision: number;
  /** 16 bytes, hexadecimal. */
  readonly digest: string;
  readonly internalRootPathCost: number;
  readonly bridge: BridgeId;
  readonly remainingHops: number;
  readonly instances: Uint8Array;
}

/** A BPDU (IEEE 802.1D-2004 §9.3, 802.1Q §14). Times are in 1/256 s. */
export interface Stp {
  readonly protocol: 'stp';
  readonly version: number;
  readonly type: number;
  /** undefined in a topology change notification, which has nothing else. */
  readonly body:
    | {
        readonly flags: number;
        readonly root: BridgeId;
        readonly rootPathCost: number;
        readonly bridge: BridgeId;
        readonly port: number;
        readonly messageAge: number;
        readonly maxAge: number;
        readonly helloTime: number;
        readonly forwardDelay: number;
      }
    | undefined;
  readonly mst: MstPart | undefined;
  /** Cisco's PVST+ names the VLAN in a TLV at the end (type 0, length 2). */
  readonly pvid: number | undefined;
}

/** @throws Undecodable on another protocol or a BPDU that is cut */
export function decodeStp(bytes: Uint8Array): Decoded<Stp> {
  const fields = new Fields(bytes, 'a BPDU');
  if (fields.u16() !== 0) throw new Undecodable('not a spanning tree BPDU');
  const version = fields.u8();
  const type = fields.u8();
  if (type === BPDU_TYPE.topologyChange) {
    const layer: Stp = { protocol: 'stp', version, type, body: undefined, mst: undefined, pvid: undefined };
    return { layer, payload: fields.rest() };
  }
  if (type !== BPDU_TYPE.config && type !== BPDU_TYPE.rapid) throw new Undecodable(`BPDU type ${type}`);
  const body = {
    flags: fields.u8(),
    root: bridgeIdOf(fields),
    rootPathCost: fields.u32(),
    bridge: bridgeIdOf(fields),
    port: fields.u16(),
    messageAge: fields.u16(),
    maxAge: fields.u16(),
    helloTime: fields.u16(),
    forwardDelay: fields.u16(),
  };
  if (type === BPDU_TYPE.rapid) fields.skip(1);
  const mst = version >= STP_VERSION.mstp && type === BPDU_TYPE.rapid ? mstOf(fields) : undefined;
  return { layer: { protocol: 'stp', version, type, body, mst, pvid: pvidOf(fields) }, payload: fields.rest() };
}

export function encodeStp(bpdu: Omit<Stp, 'protocol' | 'mst' | 'pvid'> & Partial<Stp>): Uint8Array {
  const { body, mst, pvid } = bpdu;
  const head = join(u16(0), u8(bpdu.version), u8(bpdu.type));
  if (body === undefined) return head;
  return join(
    head,
    u8(body.flags),
    bridgeBytes(body.root),
    u32(body.rootPathCost),
    bridgeBytes(body.bridge),
    ...[body.port, body.messageAge, body.maxAge, body.helloTime, body.forwardDelay].map(u16),
    bpdu.type === BPDU_TYPE.rapid ? u8(0) : zeros(0),
    mst === undefined ? zeros(0) : mstBytes(mst),
    pvid === undefined ? zeros(0) : join(u8(0), u16(0), u16(2), u16(pvid)),
  );
}

function bridgeIdOf(fields: Fields): BridgeId {
  return { priority: fields.u16(), mac: fields.mac() };
}

function bridgeBytes(id: BridgeId): Uint8Array {
  return join(u16(id.priority), mac(id.mac));
}

const MST_FIXED_BYTES = 64;

function mstOf(fields: Fields): MstPart {
  const length = fields.u16();
  if (length < MST_FIXED_BYTES) throw new Undecodable(`an MST length of ${length} bytes`);
  fields.expect(0, 'MST configuration format');
  return {
    name: fields.ascii(32).replace(/\0+$/, ''),
    revision: fields.u16(),
    digest: fields.hex(16),
    internalRootPathCost: fields.u32(),
    bridge: bridgeIdOf(fields),
    remainingHops: fields.u8(),
    instances: fields.take(length - MST_FIXED_BYTES),
  };
}

function mstBytes(mst: MstPart): Uint8Array {
  return join(
    u16(MST_FIXED_BYTES + mst.instances.length),
    u8(0),
    padTo(32, ascii(mst.name)),
    u16(mst.revision),
    hexBytes(mst.digest),
    u32(mst.internalRootPathCost),
    bridgeBytes(mst.bridge),
    u8(mst.remainingHops),
    mst.instances,
  );
}

function pvidOf(fields: Fields): number | undefined {
  const from = fields.at;
  if (fields.left >= 7 && fields.u8() === 0 && fields.u16() === 0 && fields.u16() === 2) return fields.u16();
  fields.at = from;
  return undefined;
}
