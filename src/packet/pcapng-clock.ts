import type { MutableFrame } from './frame.js';

/** What a stamp of one interface means: if_tsresol and if_tsoffset (draft-ietf-opsawg-pcapng §4.2). */
export class PcapngClock {
  private readonly unitsPerSecond: bigint;
  /** The same for the quick way, which is exact up to nanoseconds; 0: not for this resolution. */
  private readonly units: number;
  private readonly nsPerUnit: number;
  private readonly offsetSeconds: number;

  /**
   * @param resolution if_tsresol: a power of 10, or of 2 where the top bit is set, by which a second is divided
   * @param offsetSeconds if_tsoffset
   */
  constructor(resolution: number, offsetSeconds: bigint) {
    const exponent = resolution & 0x7f;
    this.unitsPerSecond = (resolution & 0x80) !== 0 ? 2n ** BigInt(exponent) : 10n ** BigInt(exponent);
    const quick = this.unitsPerSecond <= 1_000_000_000n && 1_000_000_000n % this.unitsPerSecond === 0n;
    this.units = quick ? Number(this.unitsPerSecond) : 0;
    this.nsPerUnit = quick ? 1_000_000_000 / this.units : 0;
    this.offsetSeconds = Number(offsetSeconds);
  }

  /** Sets the frame's time from the two halves of a 64-bit stamp. False: no time that anyone's clock shows. */
  stamp(frame: MutableFrame, high: number, low: number): boolean {
    if (this.units === 0) {
      const stamp = (BigInt(high) << 32n) | BigInt(low);
      frame.seconds = Number(stamp / this.unitsPerSecond) + this.offsetSeconds;
      frame.nanoseconds = Number(((stamp % this.unitsPerSecond) * 1_000_000_000n) / this.unitsPerSecond);
    } else {
      // Long division in base 2^16: every step stays below 2^53, where a double is exact.
      const { units } = this;
      const q2 = Math.floor(high / units);
      const v1 = (high - q2 * units) * 65_536 + (low >>> 16);
      const q1 = Math.floor(v1 / units);
      const v0 = (v1 - q1 * units) * 65_536 + (low & 0xffff);
      const q0 = Math.floor(v0 / units);
      frame.seconds = q2 * 4_294_967_296 + q1 * 65_536 + q0 + this.offsetSeconds;
      frame.nanoseconds = (v0 - q0 * units) * this.nsPerUnit;
    }
    return Math.abs(frame.seconds) < 2 ** 43;
  }
}
