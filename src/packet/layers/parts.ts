import { macFromText, macToText } from '../addresses.js';
import { Undecodable } from './wire.js';

/*
 * The parts that most control protocols are made of: numbers in network order, addresses, text. Encoders join parts;
 * decoders take them off one by one.
 */

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff);
}
export function u16(value: number): Uint8Array {
  return Uint8Array.of((value >>> 8) & 0xff, value & 0xff);
}
export function u24(value: number): Uint8Array {
  return Uint8Array.of((value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}
export function u32(value: number): Uint8Array {
  return Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}
export function mac(text: string): Uint8Array {
  return macFromText(text);
}
export function zeros(count: number): Uint8Array {
  return new Uint8Array(count);
}
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}
/** @throws RangeError where it is not hexadecimal bytes */
export function hexBytes(text: string): Uint8Array {
  if (!/^([\da-f]{2})*$/i.test(text)) throw new RangeError(`not hexadecimal bytes: ${JSON.stringify(text)}`);
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
/** Followed by zeros up to `length`. @throws RangeError where it is longer */
export function padTo(length: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length > length) throw new RangeError(`${bytes.length} bytes where ${length} is the most`);
  return join(bytes, zeros(length - bytes.length));
}

/** Takes fields off the front of `bytes`. Every method throws Undecodable where too little is left. */
export class Fields {
  at = 0;
  private readonly view: DataView;

  /** @param what as in `an LACPDU` */
  constructor(
    readonly bytes: Uint8Array,
    private readonly what: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }
  u8(): number {
    return this.view.getUint8(this.skip(1));
  }
  u16(): number {
    return this.view.getUint16(this.skip(2));
  }
  u24(): number {
    return this.u8() * 0x10000 + this.u16();
  }
  u32(): number {
    return this.view.getUint32(this.skip(4));
  }
  mac(): string {
    return macToText(this.take(6));
  }
  ascii(count: number): string {
    return Buffer.from(this.take(count)).toString('latin1');
  }
  hex(count: number): string {
    return Buffer.from(this.take(count)).toString('hex');
  }
  /** A copy. */
  take(count: number): Uint8Array {
    const from = this.skip(count);
    return this.bytes.slice(from, from + count);
  }
  /** What is left; shares memory. */
  rest(): Uint8Array {
    return this.bytes.subarray(this.at);
  }
  /** @returns where the skipped bytes start */
  skip(count: number): number {
    const from = this.at;
    if (count < 0 || count > this.left) {
      throw new Undecodable(`${this.what} needs ${from + count} bytes, here are ${this.bytes.length}`);
    }
    this.at += count;
    return from;
  }
  /** @throws Undecodable where the next byte is another */
  expect(value: number, name: string): void {
    const found = this.u8();
    if (found !== value) throw new Undecodable(`${name} ${found} in ${this.what}, expected ${value}`);
  }
}
