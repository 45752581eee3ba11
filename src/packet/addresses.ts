/** Text forms of addresses, as every layer uses them. */

/** `01:00:5e:01:01:01` */
export function macToText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** @throws RangeError where the text is not six hexadecimal bytes with colons or hyphens between them. */
export function macFromText(text: string): Uint8Array {
  if (!/^[\da-f]{2}([:-][\da-f]{2}){5}$/i.test(text))
    throw new RangeError(`not a MAC address: ${JSON.stringify(text)}`);
  return Uint8Array.from(text.split(/[:-]/), (byte) => parseInt(byte, 16));
}

/** A dotted quad from a 32-bit number, the first byte highest. */
export function ipv4ToText(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

/** @throws RangeError where the text is not a dotted quad. */
export function ipv4FromText(text: string): number {
  const parts = /^\d{1,3}(\.\d{1,3}){3}$/.test(text) ? text.split('.').map(Number) : [];
  if (parts.length !== 4 || parts.some((part) => part > 255)) {
    throw new RangeError(`not an IPv4 address: ${JSON.stringify(text)}`);
  }
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
