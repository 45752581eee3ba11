import { Fields, join, u16, u24, u8 } from './parts.js';
import { SLOW_SUBTYPE } from './slow.js';
import { type Decoded, Undecodable } from './wire.js';

const OUI_ITU = 0x0019a7;

/** An Ethernet synchronization message (ITU-T G.8264 §11.3.1), an organisation specific slow protocol. */
export interface Esmc {
  readonly protocol: 'esmc';
  readonly version: number;
  /** Sent at once on a change; else the one-a-second information. */
  readonly event: boolean;
  /** SSM code (ITU-T G.781): 0x0b is QL-SEC. */
  readonly quality: number;
}

/** @throws Undecodable on another organisation's protocol */
export function decodeEsmc(bytes: Uint8Array): Decoded<Esmc> {
  const fields = new Fields(bytes, 'an ESMC message');
  fields.expect(SLOW_SUBTYPE.organisation, 'subtype');
  const [oui, subtype] = [fields.u24(), fields.u16()];
  if (oui !== OUI_ITU || subtype !== 1) throw new Undecodable(`organisation ${oui.toString(16)}, subtype ${subtype}`);
  const flags = fields.u8();
  fields.skip(3);
  fields.expect(1, 'TLV');
  if (fields.u16() !== 4) throw new Undecodable('a quality level TLV of another length');
  const layer: Esmc = {
    protocol: 'esmc',
    version: flags >>> 4,
    event: (flags & 8) !== 0,
    quality: fields.u8() & 0x0f,
  };
  return { layer, payload: fields.rest() };
}

export function encodeEsmc(message: Omit<Esmc, 'protocol'>): Uint8Array {
  const flags = (message.version << 4) | (message.event ? 8 : 0);
  const head = join(u8(SLOW_SUBTYPE.organisation), u24(OUI_ITU), u16(1), u8(flags), u24(0));
  return join(head, u8(1), u16(4), u8(message.quality));
}
