/** Bytes of a number in a packet. */
export type FieldWidth = 1 | 2 | 4 | 8;

/** Eight bytes are exact below 2^53. */
export function readNumber(view: DataView, at: number, width: FieldWidth, littleEndian: boolean): number {
  switch (width) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, littleEndian);
    case 4:
      return view.getUint32(at, littleEndian);
    case 8: {
      const first = view.getUint32(at, littleEndian);
      const second = view.getUint32(at + 4, littleEndian);
      return littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
    }
  }
}

/**
 * Makes numbers that begin again at 0 go on. Each is taken to lie less than half a round from the highest before, so packets
 * may come out of order, and a gap must be shorter than that.
 */
export class SequenceUnwrapper {
  /** Infinity where the field is never full. */
  readonly modulus: number;
  private highest: number | undefined;

  constructor(width: FieldWidth) {
    this.modulus = width === 8 ? Infinity : 256 ** width;
  }

  unwrap(raw: number): number {
    const value =
      this.highest === undefined || this.modulus === Infinity ? raw : nearest(raw, this.highest, this.modulus);
    if (this.highest === undefined || value > this.highest) this.highest = value;
    return value;
  }
}

/** The number closest to `reference` that is `raw` plus whole rounds of `modulus`. */
export function nearest(raw: number, reference: number, modulus: number): number {
  return raw + modulus * Math.round((reference - raw) / modulus);
}
