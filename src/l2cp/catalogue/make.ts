import { ETHER_TYPE } from '../../packet/layers/ethernet.js';
import { encodeLlc, encodeSnap, LLC_SAP, LLC_UI, OUI_CISCO } from '../../packet/layers/llc.js';
import { ascii } from '../../packet/layers/parts.js';
import type { CatalogueRow, FrameIdentity } from '../types.js';

type Facts = Pick<CatalogueRow, 'id' | 'name' | 'title' | 'destination' | 'tshark'> &
  Partial<Pick<CatalogueRow, 'room' | 'answer' | 'caution' | 'table'>> & { readonly subtype?: string };

export type Pdu = (identity: FrameIdentity) => Uint8Array;

function facts(given: Facts, type: string): Omit<CatalogueRow, 'body'> {
  const { id, name, title, destination, tshark, subtype } = given;
  return {
    ...{ id, name, title, destination, tshark },
    table: given.table ?? !id.startsWith('X'),
    type: subtype === undefined ? type : `${type} ${subtype}`,
    room: given.room ?? 'padding',
    answer: given.answer,
    caution: given.caution,
  };
}

const hex4 = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;

/** A protocol behind an EtherType. */
export function etherRow(given: Facts, etherType: number, pdu: Pdu): CatalogueRow {
  return { ...facts(given, hex4(etherType)), body: (identity) => ({ etherType, bytes: pdu(identity) }) };
}

/** A protocol behind an 802.3 length and LLC. */
export function llcRow(given: Facts, sap: number, pdu: Pdu): CatalogueRow {
  const word = `0x${sap.toString(16).padStart(2, '0')}`;
  const header = { dsap: sap, ssap: sap, control: LLC_UI };
  return {
    ...facts(given, `${word} ${word} 0x03`),
    body: (identity) => ({ etherType: null, bytes: encodeLlc(header, pdu(identity)) }),
  };
}

/** A protocol of Cisco's behind LLC and SNAP. */
export function ciscoRow(given: Facts, protocolId: number, pdu: Pdu): CatalogueRow {
  const snap: Pdu = (identity) => encodeSnap({ oui: OUI_CISCO, protocolId }, pdu(identity));
  const row = llcRow(given, LLC_SAP.snap, snap);
  return { ...row, type: `0xaa 0xaa 0x00000c ${hex4(protocolId)}` };
}

/** A frame that is nobody's protocol, with a text that says so. */
export function plainRow(given: Omit<Facts, 'tshark'>, text: string): CatalogueRow {
  const bytes = ascii(text);
  return etherRow({ ...given, tshark: '0x88b5' }, ETHER_TYPE.localExperimental, () => bytes);
}
