import { ETHER_TYPE } from '../../packet/layers/ethernet.js';
import { CISCO_PROTOCOL, LLC_SAP } from '../../packet/layers/llc.js';
import { encodeDtp } from '../../packet/layers/dtp.js';
import { encodePause, encodePriorityPause } from '../../packet/layers/mac-control.js';
import type { CatalogueRow } from '../types.js';
import { ciscoRow, etherRow, llcRow, plainRow, type Pdu } from './make.js';
import * as protocol from './protocols.js';

const AT = (last: string): string => `01:80:c2:00:00:${last}`;

const dtp: Pdu = ({ source }) => encodeDtp({ domain: '', status: 0x03, type: 0xa5, neighbor: source });
/** A time of 0 tells the other side to go on. */
const pause: Pdu = () => encodePause(0);
const priorityPause: Pdu = () => encodePriorityPause(0xff, [0, 0, 0, 0, 0, 0, 0, 0]);

const slowRow = (
  given: { id: string; name: string; title: string; at: string; tshark: string } & Partial<CatalogueRow>,
  subtype: string,
  pdu: Pdu,
): CatalogueRow => etherRow({ ...given, destination: AT(given.at), subtype }, ETHER_TYPE.slowProtocols, pdu);

const lacpAt = (id: string, at: string, scope: string): CatalogueRow =>
  slowRow(
    { id, name: `LACP@${at}`, title: `LACP, ${scope}`, at, tshark: 'LACP', room: 'none', answer: 'lacp' },
    '0x01',
    protocol.lacp,
  );
const lampAt = (id: string, at: string, scope: string): CatalogueRow =>
  slowRow(
    {
      id,
      name: `LAMP@${at}`,
      title: `Link aggregation marker, ${scope}`,
      at,
      tshark: 'Marker',
      room: 'field',
      answer: 'marker',
    },
    '0x02',
    protocol.marker,
  );
const eapolAt = (id: string, at: string, scope: string): CatalogueRow =>
  etherRow(
    {
      id,
      name: `EAPOL-Start@${at}`,
      title: `EAPOL-Start, ${scope}`,
      destination: AT(at),
      tshark: 'EAPOL',
      subtype: '0x01',
      answer: 'eapol',
    },
    ETHER_TYPE.eapol,
    protocol.eapolStart,
  );
const mkaAt = (id: string, at: string, scope: string): CatalogueRow =>
  etherRow(
    {
      id,
      name: `MKA@${at}`,
      title: `MACsec key agreement, ${scope}`,
      destination: AT(at),
      tshark: 'EAPOL-MKA',
      subtype: '0x05',
      room: 'field',
    },
    ETHER_TYPE.eapol,
    protocol.mka,
  );
const lldpAt = (id: string, at: string, scope: string): CatalogueRow =>
  etherRow(
    { id, name: `LLDP@${at}`, title: `LLDP, ${scope}`, destination: AT(at), tshark: 'LLDP', answer: 'lldp' },
    ETHER_TYPE.lldp,
    protocol.lldp(),
  );
const reservedAt = (id: string, at: string): CatalogueRow =>
  plainRow(
    { id, name: `Reserved@${at}`, title: 'Reserved address, a frame of no protocol', destination: AT(at) },
    `TESTBED:${at}`,
  );
const garpAt = (at: string): CatalogueRow =>
  llcRow(
    {
      id: `32.${at}`,
      name: `GARP@${at}`,
      title: 'GARP application address without an application',
      destination: AT(at),
      tshark: 'GARP',
    },
    LLC_SAP.spanningTree,
    protocol.garp,
  );
const ccmAt = (level: number): CatalogueRow =>
  etherRow(
    {
      ...{ id: String(33 + level), name: `CFM-CCM-L${level}`, title: `CFM continuity check, level ${level}` },
      ...{ destination: AT(`3${level}`), tshark: 'CFM', subtype: '0x01', room: 'field' },
    },
    ETHER_TYPE.cfm,
    protocol.ccm(level),
  );

const NEAREST_CUSTOMER = 'Nearest Customer Bridge address';
const NEAREST_NON_TPMR = 'Nearest non-TPMR Bridge address';
const NEAREST = 'Nearest Bridge address';

/** The rows of the fan-out design's table of layer-2 control protocols, those that name several protocols spread. */
export const FAN_OUT_ROWS: readonly CatalogueRow[] = [
  ciscoRow(
    {
      id: '01',
      name: 'DTP',
      title: 'Cisco Dynamic Trunking Protocol',
      destination: '01:00:0c:cc:cc:cc',
      tshark: 'DTP',
      caution: 'a port that listens may become a trunk',
    },
    CISCO_PROTOCOL.dtp,
    dtp,
  ),
  ciscoRow(
    {
      id: '02',
      name: 'PVST+',
      title: 'Cisco per-VLAN spanning tree',
      destination: '01:00:0c:cc:cc:cd',
      tshark: 'STP',
      caution: 'a bridge that listens may change its spanning tree',
    },
    CISCO_PROTOCOL.pvst,
    protocol.bpdu('pvst'),
  ),
  llcRow(
    {
      id: '03',
      name: 'STP',
      title: 'Spanning tree configuration BPDU (IEEE 802.1D)',
      destination: AT('00'),
      tshark: 'STP',
      caution: 'a bridge that listens may change its spanning tree',
    },
    LLC_SAP.spanningTree,
    protocol.bpdu('stp'),
  ),
  lacpAt('04', '00', NEAREST_CUSTOMER),
  eapolAt('05a', '00', NEAREST_CUSTOMER),
  mkaAt('05b', '00', NEAREST_CUSTOMER),
  lldpAt('06', '00', NEAREST_CUSTOMER),
  etherRow(
    {
      id: '07',
      name: 'PAUSE',
      title: 'IEEE 802.3 PAUSE, time 0',
      destination: AT('01'),
      tshark: 'MAC CTRL',
      subtype: '0x0001',
      room: 'none',
    },
    ETHER_TYPE.macControl,
    pause,
  ),
  etherRow(
    {
      id: '08',
      name: 'PFC',
      title: 'Priority-based flow control, times 0',
      destination: AT('01'),
      tshark: 'MAC CTRL',
      subtype: '0x0101',
      room: 'none',
    },
    ETHER_TYPE.macControl,
    priorityPause,
  ),
  lacpAt('09', '02', 'Slow Protocols address'),
  lampAt('10', '02', 'Slow Protocols address'),
  slowRow(
    {
      id: '11',
      name: 'LinkOAM',
      title: 'Link OAM information (IEEE 802.3 clause 57)',
      at: '02',
      tshark: 'OAM',
      room: 'none',
      answer: 'oam',
    },
    '0x03',
    protocol.oamInformation,
  ),
  slowRow(
    { id: '12', name: 'ESMC', title: 'Synchronous Ethernet messages (ITU-T G.8264)', at: '02', tshark: 'ESMC' },
    '0x0a',
    protocol.esmc,
  ),
  lacpAt('13', '03', NEAREST_NON_TPMR),
  lampAt('14', '03', NEAREST_NON_TPMR),
  eapolAt('15a', '03', NEAREST_NON_TPMR),
  mkaAt('15b', '03', NEAREST_NON_TPMR),
  lldpAt('16', '03', NEAREST_NON_TPMR),
  reservedAt('17', '04'),
  reservedAt('18', '05'),
  reservedAt('19', '06'),
  etherRow(
    {
      id: '20',
      name: 'E-LMI@07',
      title: 'Ethernet local management interface (MEF 16)',
      destination: AT('07'),
      tshark: 'E-LMI',
      room: 'none',
      answer: 'elmi',
    },
    ETHER_TYPE.elmi,
    protocol.elmi,
  ),
  llcRow(
    {
      id: '21',
      name: 'ProviderBridgeBPDU@08',
      title: 'Rapid spanning tree of provider bridges',
      destination: AT('08'),
      tshark: 'STP',
    },
    LLC_SAP.spanningTree,
    protocol.bpdu('rstp'),
  ),
  reservedAt('22', '09'),
  reservedAt('23', '0a'),
  mkaAt('24', '0b', 'EDE-SS PEP address'),
  reservedAt('25', '0c'),
  etherRow(
    { id: '26', name: 'MVRP@0d', title: 'MVRP of provider bridges', destination: AT('0d'), tshark: 'MRP-MVRP' },
    ETHER_TYPE.mvrp,
    protocol.mvrp,
  ),
  eapolAt('27a', '0e', NEAREST),
  mkaAt('27b', '0e', NEAREST),
  lldpAt('28', '0e', NEAREST),
  etherRow(
    {
      id: '29',
      name: 'PTP-PdelayReq@0e',
      title: 'PTP peer delay request',
      destination: AT('0e'),
      tshark: 'PTPv2',
      subtype: '0x02',
      room: 'field',
      answer: 'pdelay',
    },
    ETHER_TYPE.ptp,
    protocol.pdelay,
  ),
  reservedAt('30', '0f'),
  mkaAt('31', '1f', 'EDE-CC PEP address'),
  llcRow(
    { id: '32a', name: 'GMRP@20', title: 'GARP multicast registration', destination: AT('20'), tshark: 'GMRP' },
    LLC_SAP.spanningTree,
    protocol.gmrp,
  ),
  etherRow(
    { id: '32b', name: 'MMRP@20', title: 'Multiple MAC registration', destination: AT('20'), tshark: 'MRP-MMRP' },
    ETHER_TYPE.mmrp,
    protocol.mmrp,
  ),
  llcRow(
    { id: '32c', name: 'GVRP@21', title: 'GARP VLAN registration', destination: AT('21'), tshark: 'GVRP' },
    LLC_SAP.spanningTree,
    protocol.gvrp,
  ),
  etherRow(
    { id: '32d', name: 'MVRP@21', title: 'MVRP of customer bridges', destination: AT('21'), tshark: 'MRP-MVRP' },
    ETHER_TYPE.mvrp,
    protocol.mvrp,
  ),
  ...['22', '23', '24', '25', '26', '27', '28', '29', '2a', '2b', '2c', '2d', '2e', '2f'].map(garpAt),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map(ccmAt),
  etherRow(
    {
      ...{
        id: '41',
        name: 'micro-BFD',
        title: 'BFD on members of a bundle (RFC 7130)',
        destination: '01:00:5e:90:00:01',
      },
      ...{ tshark: 'BFD Control', subtype: 'udp/6784', room: 'field' },
    },
    ETHER_TYPE.ipv4,
    protocol.microBfd,
  ),
];
