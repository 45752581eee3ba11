import { macToText } from '../packet/addresses.js';
import { LINK_TYPE } from '../packet/frame.js';
import { CFM_OPCODE } from '../packet/layers/cfm.js';
import { decodeFrame, type Layer } from '../packet/layers/decode-frame.js';
import { EAPOL_TYPE } from '../packet/layers/eapol.js';
import { ELMI_MESSAGE } from '../packet/layers/elmi.js';
import { LLDP_TLV } from '../packet/layers/lldp.js';
import { OAM_CODE } from '../packet/layers/oam.js';
import { clockIdentity, PTP_MESSAGE } from '../packet/layers/ptp.js';
import type { DeviceState } from './observations.js';
import { sameVlans, splitTags } from './differences.js';
import type { CatalogueRow } from './types.js';

/**
 * Answers that name the request they are for, so that it does not matter when they come. The others are only believed
 * within the window in which nothing else of their kind was sent.
 */
export const SELF_EVIDENT: readonly (CatalogueRow['answer'] | undefined)[] = ['marker', 'pdelay', 'loopback'];

type Find<P extends Layer['protocol']> = Extract<Layer, { protocol: P }> | undefined;

function find<P extends Layer['protocol']>(layers: readonly Layer[], protocol: P): Find<P> {
  return layers.find((layer) => layer.protocol === protocol) as Find<P>;
}

/**
 * Whether a frame that came in where `sent` went out is what the row's protocol answers it with.
 * @returns the proof in words
 */
export function findAnswer(row: CatalogueRow, sent: Uint8Array, came: Uint8Array): string | undefined {
  if (row.answer === undefined || !sameVlans(splitTags(sent), splitTags(came))) return undefined;
  const [ours, theirs] = [decodeFrame(sent, LINK_TYPE.ethernet), decodeFrame(came, LINK_TYPE.ethernet)];
  const us = macToText(sent.subarray(6, 12));
  const who = macToText(came.subarray(6, 12));
  const to = macToText(came.subarray(0, 6));
  const toRow = to === macToText(sent.subarray(0, 6));
  switch (row.answer) {
    case 'marker': {
      const reply = find(theirs, 'marker');
      const number = find(ours, 'marker')?.transaction;
      const ok = reply?.type === 'response' && reply.requesterSystem === us && reply.transaction === number;
      return ok ? `${who} answered with a Marker response, transaction ${number}` : undefined;
    }
    case 'pdelay': {
      const reply = find(theirs, 'ptp');
      const number = find(ours, 'ptp')?.sequence;
      const ok =
        reply?.messageType === PTP_MESSAGE.pdelayResponse &&
        reply.requester?.clock === clockIdentity(us) &&
        reply.sequence === number;
      return ok ? `${who} answered with Pdelay_Resp, sequence ${number}` : undefined;
    }
    case 'loopback': {
      const reply = find(theirs, 'cfm');
      const request = find(ours, 'cfm');
      if (reply?.opcode !== CFM_OPCODE.lbr || request === undefined) return undefined;
      const same = Buffer.from(reply.body).equals(Buffer.from(request.body)) && reply.level === request.level;
      return same && to === us ? `${who} answered with an LBR of level ${reply.level}` : undefined;
    }
    case 'eapol': {
      const reply = find(theirs, 'eapol');
      const request = reply?.type === EAPOL_TYPE.eap && find(theirs, 'payload')?.bytes[0] === 1;
      return request && (to === us || to.startsWith('01:80:c2:')) ? `${who} answered with an EAP request` : undefined;
    }
    case 'elmi':
      return find(theirs, 'elmi')?.message === ELMI_MESSAGE.status ? `${who} answered with E-LMI Status` : undefined;
    case 'lacp': {
      const reply = find(theirs, 'lacp');
      if (reply === undefined || !toRow) return undefined;
      return reply.partner.system === us
        ? `${who} sent an LACPDU with this port as its partner`
        : `${who} sends LACPDUs of its own to this address (it names ${reply.partner.system} as its partner)`;
    }
    case 'oam': {
      const reply = find(theirs, 'oam');
      return reply?.code === OAM_CODE.information ? `${who} sent an Information OAMPDU` : undefined;
    }
    case 'lldp': {
      const reply = find(theirs, 'lldp');
      if (reply === undefined || !toRow) return undefined;
      const name = reply.tlvs.find(({ type }) => type === LLDP_TLV.systemName)?.value;
      const called = name === undefined ? '' : ` (${Buffer.from(name).toString('utf8')})`;
      return `${who}${called} sent an LLDPDU of its own to this address`;
    }
  }
}

/** Whether what a device says of itself shows that it took a row's frame. @returns the proof in words */
export function stateProof(
  row: CatalogueRow,
  place: { readonly source: string; readonly row: number },
  states: readonly DeviceState[],
): string | undefined {
  for (const { node, kind, text } of states) {
    if (kind === 'lldp-neighbours' && row.answer === 'lldp') {
      if (lldpNeighbours(text).some((one) => one.chassis === place.source && one.port === `p${place.row}`)) {
        return `lldpd of ${node} has chassis ${place.source}, port p${place.row} as a neighbour`;
      }
    }
    if (kind === 'bond' && row.answer === 'lacp') {
      const partner = new RegExp(`system mac address: ${place.source}\\s[^]*?port number: ${place.row}\\b`);
      if (text.split('details partner lacp pdu:').some((part, index) => index > 0 && partner.test(part))) {
        return `the bond of ${node} has ${place.source}, port ${place.row} as its partner`;
      }
    }
  }
  return undefined;
}

/** Of `lldpcli -f json0 show neighbors`, where everything is a list. Text that is something else has none. */
function lldpNeighbours(text: string): readonly { readonly chassis: string; readonly port: string }[] {
  interface Id {
    readonly value?: string;
  }
  interface Neighbours {
    readonly lldp?: readonly {
      readonly interface?: readonly {
        readonly chassis?: readonly { readonly id?: readonly Id[] }[];
        readonly port?: readonly { readonly id?: readonly Id[] }[];
      }[];
    }[];
  }
  let parsed: Neighbours;
  try {
    parsed = JSON.parse(text) as Neighbours;
  } catch {
    return [];
  }
  return (parsed.lldp ?? []).flatMap(({ interface: interfaces = [] }) =>
    interfaces.map((one) => ({
      chassis: one.chassis?.[0]?.id?.[0]?.value ?? '',
      port: one.port?.[0]?.id?.[0]?.value ?? '',
    })),
  );
}
