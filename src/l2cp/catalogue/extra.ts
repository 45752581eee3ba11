import { CFM_OPCODE, CFM_TLV, encodeCfm, loopbackBody, ltmBody, rapsBody } from '../../packet/layers/cfm.js';
import { CDP_TLV, encodeCdp } from '../../packet/layers/cdp.js';
import { ETHER_TYPE } from '../../packet/layers/ethernet.js';
import { encodeIsis, ISIS_HELLO } from '../../packet/layers/isis.js';
import { CISCO_PROTOCOL, LLC_SAP } from '../../packet/layers/llc.js';
import { lldpOrganisation, OUI_TIA } from '../../packet/layers/lldp.js';
import { encodeMacsec } from '../../packet/layers/macsec.js';
import { encodeOam, OAM_CODE, oamErroredFrameTlv } from '../../packet/layers/oam.js';
import { encodePagp } from '../../packet/layers/pagp.js';
import { ascii, hexBytes, join, mac, u16, u24, u32, u8, zeros } from '../../packet/layers/parts.js';
import { encodeUdld, UDLD_OPCODE, UDLD_TLV } from '../../packet/layers/udld.js';
import { encodeVtpRequest } from '../../packet/layers/vtp.js';
import type { CatalogueRow } from '../types.js';
import { ciscoRow, etherRow, llcRow, plainRow, type Pdu } from './make.js';
import * as protocol from './protocols.js';

const CISCO = '01:00:0c:cc:cc:cc';
const AT = (last: string): string => `01:80:c2:00:00:${last}`;
const STP_CAUTION = 'a bridge that listens may change its spanning tree';

const cdp: Pdu = () =>
  encodeCdp({
    ...{ version: 2, ttl: 180 },
    tlvs: [
      { type: CDP_TLV.deviceId, value: ascii('TESTBED1') },
      { type: CDP_TLV.portId, value: ascii('p1') },
    ],
  });
const vtp: Pdu = () => encodeVtpRequest({ version: 2, domain: 'TESTBED', startValue: 0 });
const udld: Pdu = () =>
  encodeUdld({
    ...{ opcode: UDLD_OPCODE.probe, flags: 0 },
    tlvs: [
      { type: UDLD_TLV.deviceId, value: ascii('TESTBED') },
      { type: UDLD_TLV.portId, value: ascii('p1') },
      { type: UDLD_TLV.echo, value: u32(0) },
      { type: UDLD_TLV.messageInterval, value: u8(7) },
    ],
  });
const pagp: Pdu = ({ source }) =>
  encodePagp({
    ...{ version: 1, flags: 0, partnerCount: 0 },
    local: {
      ...{ device: source, learnCapability: 2, portPriority: 0x80 },
      ...{ sentPortIfIndex: 1, groupCapability: 0x00010001, groupIfIndex: 0 },
    },
    partner: {
      ...{ device: '00:00:00:00:00:00', learnCapability: 0, portPriority: 0 },
      ...{ sentPortIfIndex: 0, groupCapability: 0, groupIfIndex: 0 },
    },
  });
/** No request: the ring's state stays what it is. */
const raps: Pdu = ({ source }) =>
  encodeCfm({
    ...{ level: 1, version: 1, opcode: CFM_OPCODE.raps, flags: 0, tlvs: [] },
    body: rapsBody({ request: 0, status: 0, node: source }),
  });
const isis =
  (type: number): Pdu =>
  ({ source }) => {
    const system = source.replaceAll(':', '');
    const circuitType = type === ISIS_HELLO.level1 ? 1 : 2;
    return encodeIsis({ type, circuitType, system, holdingTime: 30, priority: 64, lan: `${system}01`, tlvs: zeros(0) });
  };
const macsec: Pdu = ({ source, number }) =>
  encodeMacsec(
    {
      ...{ encrypted: true, changed: true, associationNumber: 0, shortLength: 0, packetNumber: number },
      sci: { mac: source, port: 1 },
    },
    hexBytes('aa'.repeat(32)),
  );
const linktrace: Pdu = ({ source, peer, number }) =>
  encodeCfm({
    // Use the forwarding table only.
    ...{ level: 5, version: 0, opcode: CFM_OPCODE.ltm, flags: 0x80 },
    body: ltmBody({ transaction: number, ttl: 64, origin: source, target: peer }),
    tlvs: [{ type: CFM_TLV.ltmEgress, value: join(u16(0), mac(source)) }],
  });
const loopback =
  (level: number): Pdu =>
  ({ number }) =>
    encodeCfm({ level, version: 0, opcode: CFM_OPCODE.lbm, flags: 0, body: loopbackBody(number), tlvs: [] });

const oam =
  (code: number, data: Uint8Array): Pdu =>
  () =>
    encodeOam({ flags: 0x0050, code, data });
/** Of one window without an error; sequence 1. */
const oamEvent = join(u16(1), oamErroredFrameTlv({ timestamp: 0, window: 10 }));
/** aFramesTransmittedOK: branch 7 (attribute), leaf 2. */
const oamVariable = join(u8(7), u16(2));
/** Disable Remote Loopback: what it asks for is so already. */
const oamLoopback = u8(2);
const oamOrganisation = join(u24(0x02005e), u8(0));

const oamRow = (id: string, name: string, title: string, pdu: Pdu): CatalogueRow =>
  etherRow(
    { id, name, title, destination: AT('02'), tshark: 'OAM', subtype: '0x03', room: 'none' },
    ETHER_TYPE.slowProtocols,
    pdu,
  );

/** Frames beside the fan-out design's table. The first of them is the control of every run. */
export const EXTRA_ROWS: readonly CatalogueRow[] = [
  plainRow(
    { id: 'X0', name: 'Unicast-control', title: 'A frame of no protocol to the other side', destination: 'peer' },
    'TESTBED:uc',
  ),
  llcRow(
    {
      id: 'X1',
      name: 'RSTP@00',
      title: 'Rapid spanning tree BPDU',
      destination: AT('00'),
      tshark: 'STP',
      caution: STP_CAUTION,
    },
    LLC_SAP.spanningTree,
    protocol.bpdu('rstp'),
  ),
  ciscoRow(
    { id: 'X2', name: 'CDP', title: 'Cisco Discovery Protocol', destination: CISCO, tshark: 'CDP' },
    CISCO_PROTOCOL.cdp,
    cdp,
  ),
  ciscoRow(
    {
      id: 'X3',
      name: 'VTP',
      title: 'Cisco VLAN trunking, request for advertisements',
      destination: CISCO,
      tshark: 'VTP',
    },
    CISCO_PROTOCOL.vtp,
    vtp,
  ),
  ciscoRow(
    { id: 'X4', name: 'UDLD', title: 'Unidirectional link detection (RFC 5171)', destination: CISCO, tshark: 'UDLD' },
    CISCO_PROTOCOL.udld,
    udld,
  ),
  ciscoRow(
    { id: 'X5', name: 'PAgP', title: 'Cisco port aggregation', destination: CISCO, tshark: 'PAGP', room: 'none' },
    CISCO_PROTOCOL.pagp,
    pagp,
  ),
  etherRow(
    {
      id: 'X6',
      name: 'R-APS',
      title: 'Ring protection (ITU-T G.8032), ring 1, no request',
      destination: '01:19:a7:00:00:01',
      tshark: 'CFM',
      subtype: '0x28',
    },
    ETHER_TYPE.cfm,
    raps,
  ),
  llcRow(
    {
      ...{ id: 'X7', name: 'L2PT-tunnelled-STP', title: 'STP at the address of layer-2 protocol tunnels' },
      ...{ destination: '01:00:0c:cd:cd:d0', tshark: 'STP' },
      caution: 'a tunnel port of Juniper or Cisco that receives it shuts itself down',
    },
    LLC_SAP.spanningTree,
    protocol.bpdu('stp'),
  ),
  etherRow(
    {
      id: 'X8',
      name: 'LLDP-MED@0e',
      title: 'LLDP of an endpoint (ANSI/TIA-1057)',
      destination: AT('0e'),
      tshark: 'LLDP',
      answer: 'lldp',
    },
    ETHER_TYPE.lldp,
    protocol.lldp([lldpOrganisation(OUI_TIA, 1, join(u16(1), u8(1)))]),
  ),
  llcRow(
    { id: 'X9', name: 'ISIS-L1', title: 'IS-IS hello, level 1', destination: AT('14'), tshark: 'ISIS HELLO' },
    LLC_SAP.osi,
    isis(ISIS_HELLO.level1),
  ),
  llcRow(
    { id: 'X10', name: 'ISIS-L2', title: 'IS-IS hello, level 2', destination: AT('15'), tshark: 'ISIS HELLO' },
    LLC_SAP.osi,
    isis(ISIS_HELLO.level2),
  ),
  etherRow(
    {
      id: 'X11',
      name: 'MACsec',
      title: 'A protected frame to the other side (IEEE 802.1AE)',
      destination: 'peer',
      tshark: 'MACSEC',
      room: 'field',
    },
    ETHER_TYPE.macsec,
    macsec,
  ),
  etherRow(
    {
      id: 'X12',
      name: 'PTP-Pdelay@011b19',
      title: 'PTP peer delay request, general address',
      destination: '01:1b:19:00:00:00',
      tshark: 'PTPv2',
      subtype: '0x02',
      room: 'field',
      answer: 'pdelay',
    },
    ETHER_TYPE.ptp,
    protocol.pdelay,
  ),
  plainRow(
    { id: 'X13', name: 'Bcast-control', title: 'A frame of no protocol to all', destination: 'ff:ff:ff:ff:ff:ff' },
    'TESTBED:bc',
  ),
  etherRow(
    {
      id: 'X14',
      name: 'LTM-L5@3d-addr',
      title: 'CFM linktrace, level 5',
      destination: AT('3d'),
      tshark: 'CFM',
      subtype: '0x05',
      room: 'field',
    },
    ETHER_TYPE.cfm,
    linktrace,
  ),
  llcRow(
    {
      id: 'X15',
      name: 'MSTP@00',
      title: 'Multiple spanning tree BPDU',
      destination: AT('00'),
      tshark: 'STP',
      caution: STP_CAUTION,
    },
    LLC_SAP.spanningTree,
    protocol.bpdu('mstp'),
  ),
  etherRow(
    {
      id: 'X16',
      name: 'LBM-L5@35',
      title: 'CFM loopback to all, level 5',
      destination: AT('35'),
      tshark: 'CFM',
      subtype: '0x03',
      room: 'field',
      answer: 'loopback',
    },
    ETHER_TYPE.cfm,
    loopback(5),
  ),
  oamRow('X17', 'OAM-event', 'Link OAM event notification without an error', oam(OAM_CODE.eventNotification, oamEvent)),
  oamRow('X18', 'OAM-variable-request', 'Link OAM variable request', oam(OAM_CODE.variableRequest, oamVariable)),
  oamRow('X19', 'OAM-loopback-off', 'Link OAM: end the remote loopback', oam(OAM_CODE.loopbackControl, oamLoopback)),
  oamRow('X20', 'OAM-organisation', 'Link OAM of an organisation', oam(OAM_CODE.organisation, oamOrganisation)),
];
