import { BFD_PORT, BFD_STATE, encodeBfd } from '../../packet/layers/bfd.js';
import { CFM_OPCODE, CFM_TLV, ccmBody, encodeCfm, maid } from '../../packet/layers/cfm.js';
import { EAPOL_TYPE, encodeEapol } from '../../packet/layers/eapol.js';
import { ELMI_MESSAGE, ELMI_REPORT, encodeElmi } from '../../packet/layers/elmi.js';
import { encodeEsmc } from '../../packet/layers/esmc.js';
import { encodeGarp, GARP_EVENT } from '../../packet/layers/garp.js';
import { encodeIpv4, IP_PROTOCOL } from '../../packet/layers/ipv4.js';
import { encodeLacp } from '../../packet/layers/lacp.js';
import { encodeLldp, LLDP_SUBTYPE, LLDP_TLV, lldpChassisMac, type LldpTlv } from '../../packet/layers/lldp.js';
import { encodeMarker } from '../../packet/layers/marker.js';
import { encodeMka } from '../../packet/layers/mka.js';
import { encodeMrp, MRP_ATTRIBUTE, MRP_EVENT } from '../../packet/layers/mrp.js';
import { encodeOam, OAM_CODE, oamInformationTlv } from '../../packet/layers/oam.js';
import { ascii, join, mac, u16, u8 } from '../../packet/layers/parts.js';
import { clockIdentity, encodePtpPdelay } from '../../packet/layers/ptp.js';
import { BPDU_TYPE, encodeStp, STP_VERSION, type MstPart } from '../../packet/layers/stp.js';
import { encodeUdp } from '../../packet/layers/udp.js';
import type { FrameIdentity } from '../types.js';
import type { Pdu } from './make.js';

/*
 * The frames' bodies, from named fields. Values are harmless where there is a choice: the least urgent priority, no
 * PAUSE time, requests that change nothing, timers at their defaults.
 */

/** The multicast group of a GMRP or MMRP registration. */
const REGISTERED_GROUP = '01:00:5e:7f:ff:fe';
/** The VLAN of a GVRP or MVRP registration. */
const REGISTERED_VLAN = 0x0ffe;

const seconds = (count: number): number => count * 256;

export const bpdu =
  (kind: 'stp' | 'rstp' | 'mstp' | 'pvst'): Pdu =>
  ({ source }) => {
    const bridge = { priority: 0x8000, mac: source };
    const rapid = kind === 'rstp' || kind === 'mstp';
    const mst: MstPart = {
      ...{ name: 'TESTBED', revision: 0, digest: 'ac36177f50283cd4b83821d8ab26de62' },
      ...{ internalRootPathCost: 0, bridge, remainingHops: 20, instances: new Uint8Array(0) },
    };
    return encodeStp({
      version: kind === 'mstp' ? STP_VERSION.mstp : rapid ? STP_VERSION.rstp : STP_VERSION.stp,
      type: rapid ? BPDU_TYPE.rapid : BPDU_TYPE.config,
      body: {
        // Rapid: designated port, learning and forwarding.
        flags: rapid ? 0x3c : 0,
        ...{ root: bridge, rootPathCost: 0, bridge, port: 0x8001, messageAge: 0 },
        ...{ maxAge: seconds(20), helloTime: seconds(2), forwardDelay: seconds(15) },
      },
      ...(kind === 'mstp' ? { mst } : {}),
      ...(kind === 'pvst' ? { pvid: 1 } : {}),
    });
  };

/** The port number tells rows apart that differ by destination alone. */
export const lacp: Pdu = ({ source, row }) =>
  encodeLacp({
    version: 1,
    actor: { systemPriority: 0x8000, system: source, key: 1, portPriority: 0x8000, port: row, state: 0x45 },
    partner: { systemPriority: 0, system: '00:00:00:00:00:00', key: 0, portPriority: 0, port: 0, state: 0 },
    collectorMaxDelay: 0,
  });

export const marker: Pdu = ({ source, number }) =>
  encodeMarker({ version: 1, type: 'request', requesterPort: 1, requesterSystem: source, transaction: number });

/** Discovery, not yet satisfied: no remote information, active mode. */
export const oamInformation: Pdu = () =>
  encodeOam({
    flags: 0x0008,
    code: OAM_CODE.information,
    data: oamInformationTlv(1, {
      ...{ version: 1, revision: 0, state: 0, configuration: 1 },
      ...{ maxPduBytes: 1518, oui: 0x02005e, vendor: 0 },
    }),
  });

export const esmc: Pdu = () => encodeEsmc({ version: 1, event: false, quality: 0x0b });

export const eapolStart: Pdu = () => encodeEapol({ version: 3, type: EAPOL_TYPE.start }, new Uint8Array(0));

export const mka: Pdu = ({ source, number }) =>
  encodeEapol(
    { version: 3, type: EAPOL_TYPE.mka },
    encodeMka({
      ...{ version: 1, keyServerPriority: 16, keyServer: true, macsecDesired: true, macsecCapability: 2 },
      ...{ sci: { mac: source, port: 1 }, memberId: '0102030405060708090a0b0c', messageNumber: number },
      ...{ algorithm: '0080c201', ckn: 'TESTBED-CKN-0001', icv: 'ee'.repeat(16) },
    }),
  );

/** @param more TLVs in the system name's place */
export const lldp =
  (more: readonly LldpTlv[] = [{ type: LLDP_TLV.systemName, value: ascii('TESTBED-ROW') }]): Pdu =>
  ({ source, row }) =>
    encodeLldp([
      lldpChassisMac(source),
      { type: LLDP_TLV.portId, value: join(u8(LLDP_SUBTYPE.portLocal), ascii(`p${row}`)) },
      { type: LLDP_TLV.ttl, value: u16(120) },
      ...more,
    ]);

export const elmi: Pdu = () =>
  encodeElmi({
    ...{ version: 1, message: ELMI_MESSAGE.statusEnquiry, report: ELMI_REPORT.check },
    ...{ sendCounter: 1, receiveCounter: 0, dataInstance: 0 },
  });

export const mvrp: Pdu = () => {
  const firstValue = u16(REGISTERED_VLAN);
  return encodeMrp({
    ...{ version: 0, attributeType: MRP_ATTRIBUTE.mvrpVlan, leaveAll: 0, firstValue, events: [MRP_EVENT.empty] },
  });
};
export const mmrp: Pdu = () => {
  const firstValue = mac(REGISTERED_GROUP);
  return encodeMrp({
    ...{ version: 0, attributeType: MRP_ATTRIBUTE.mmrpMac, leaveAll: 0, firstValue, events: [MRP_EVENT.empty] },
  });
};

export const gmrp: Pdu = () =>
  encodeGarp({ attributeType: 1, attributes: [{ event: GARP_EVENT.empty, value: mac(REGISTERED_GROUP) }] });
export const gvrp: Pdu = () =>
  encodeGarp({ attributeType: 1, attributes: [{ event: GARP_EVENT.empty, value: u16(REGISTERED_VLAN) }] });
/** Of no application that exists: leave all. */
export const garp: Pdu = () =>
  encodeGarp({ attributeType: 1, attributes: [{ event: GARP_EVENT.leaveAll, value: new Uint8Array(0) }] });

export const pdelay: Pdu = ({ source, number }) =>
  encodePtpPdelay({
    ...{ majorSdoId: 0, domain: 0, flags: 0, source: { clock: clockIdentity(source), port: 1 } },
    ...{ sequence: number & 0xffff, control: 5, logInterval: 0x7f, requester: undefined },
  });

export const ccm =
  (level: number): Pdu =>
  ({ number }) =>
    encodeCfm({
      ...{ level, version: 0, opcode: CFM_OPCODE.ccm, flags: 4 },
      body: ccmBody({ sequence: number, mepId: 101, maid: maid('MD', 'MA') }),
      tlvs: [
        { type: CFM_TLV.portStatus, value: u8(2) },
        { type: CFM_TLV.interfaceStatus, value: u8(1) },
      ],
    });

/** RFC 7130 §2.2: the group address is the frame's alone, the packet goes to the neighbour's own. */
export const microBfd: Pdu = ({ number }: FrameIdentity) => {
  const packet = encodeBfd({
    ...{ diagnostic: 0, state: BFD_STATE.down, flags: 0, detectMultiplier: 3 },
    ...{ myDiscriminator: number, yourDiscriminator: 0 },
    ...{ desiredTxUs: 1_000_000, requiredRxUs: 1_000_000, requiredEchoUs: 0 },
  });
  const datagram = encodeUdp({ sourcePort: 49_152, destinationPort: BFD_PORT.micro }, packet);
  const ends = { source: '192.0.2.1', destination: '192.0.2.2' };
  return encodeIpv4(
    { ...ends, payloadProtocol: IP_PROTOCOL.udp, ttl: 255, trafficClass: 0xc0, identification: 1 },
    datagram,
  );
};
