/**
 * A small seeded generator (SplitMix64): the only randomness that may reach what happens inside a lab.
 * The same seed and label give the same numbers on every machine.
 */
export class SeededRandom {
  private state: bigint;

  /** `label` separates independent streams of one seed, so that adding a draw in one place moves no other. */
  constructor(seed: number, label: string) {
    let hash = 0xcbf29ce484222325n;
    for (const byte of Buffer.from(`${seed}/${label}`, 'utf8')) {
      hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
    }
    this.state = hash;
  }

  /** A number in [0, 1) with 53 random bits. */
  next(): number {
    this.state = (this.state + 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
    let z = this.state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
    z = z ^ (z >> 31n);
    return Number(z >> 11n) / 2 ** 53;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }
}
