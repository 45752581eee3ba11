/** An address without its prefix length: `10.0.13.2/30` is `10.0.13.2`. */
export function withoutLength(address: string): string {
  return address.replace(/\/\d+$/, '');
}

export function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** The first `length` bits of an IPv4 address, as a number. */
export function prefixBits(address: string, length: number): number {
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.floor(bits / 2 ** (32 - length));
}

/** Whether two IPv4 interface addresses (`10.2.2.2/24`) are of one subnet; host addresses (/32) never are. */
export function isSameSubnet(one: string, other: string): boolean {
  const [a = '', aLength] = one.split('/');
  const [b = '', bLength] = other.split('/');
  if (!isIpv4(a) || !isIpv4(b) || aLength === undefined || aLength !== bLength || aLength === '32') return false;
  return prefixBits(a, Number(aLength)) === prefixBits(b, Number(aLength));
}
