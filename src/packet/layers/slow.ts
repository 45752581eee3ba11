/** Subtypes of the Slow Protocols' EtherType 0x8809 (IEEE 802.3 Annex 57A; 10 is the organisation specific one). */
export const SLOW_SUBTYPE = { lacp: 1, marker: 2, oam: 3, organisation: 10 } as const;
