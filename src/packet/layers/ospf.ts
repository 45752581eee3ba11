import { ipv4ToText } from '../addresses.js';
import { Fields } from './parts.js';
import { Undecodable } from './wire.js';

export const OSPF_LINK_STATE_UPDATE = 4;
/** MaxAge (RFC 2328 appendix B): the LSA is taken back. */
export const OSPF_MAX_AGE = 3600;

/** The header of an LSA (RFC 2328 §A.4.1). */
export interface OspfLsa {
  readonly ageS: number;
  readonly type: number;
  readonly id: string;
  readonly advertisingRouter: string;
  readonly sequence: number;
}

/**
 * The LSAs of a link state update (RFC 2328 §A.3.5).
 * @param bytes of the OSPFv2 packet
 * @returns undefined where it is another OSPF packet
 * @throws Undecodable on another version or lengths that do not fit
 */
export function decodeOspfUpdate(
  bytes: Uint8Array,
): { readonly router: string; readonly lsas: readonly OspfLsa[] } | undefined {
  const fields = new Fields(bytes, 'an OSPF packet');
  const version = fields.u8();
  if (version !== 2) throw new Undecodable(`OSPF version ${version}`);
  const type = fields.u8();
  fields.skip(2);
  const router = ipv4ToText(fields.u32());
  if (type !== OSPF_LINK_STATE_UPDATE) return undefined;
  fields.skip(16);
  const lsas = Array.from({ length: Math.min(fields.u32(), 1000) }, (): OspfLsa => {
    const ageS = fields.u16() & 0x7fff;
    fields.skip(1);
    const lsa = {
      ...{ ageS, type: fields.u8(), id: ipv4ToText(fields.u32()) },
      ...{ advertisingRouter: ipv4ToText(fields.u32()), sequence: fields.u32() },
    };
    fields.skip(2);
    fields.skip(fields.u16() - 20);
    return lsa;
  });
  return { router, lsas };
}
