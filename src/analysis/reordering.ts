/** Reordered packets among arrivals without duplicates, in order of arrival (RFC 4737). */
export interface Reordering {
  /** Positions in the order of arrival whose packet is reordered (RFC 4737 §3.3). */
  readonly positions: readonly number[];
  /** Reordering extent of each of them (RFC 4737 §4.2.1). */
  readonly extents: readonly number[];
}

/**
 * A packet is reordered where its number is less than the next expected one; its extent is its distance from the
 * earliest arrival with a greater number. Any numbers that grow in sending order do.
 */
export function reordering(numbers: ArrayLike<number>): Reordering {
  const positions: number[] = [];
  const extents: number[] = [];
  /** Positions at which a new highest number arrived: the earliest arrival above any number is one of them. */
  const records: number[] = [];
  let next = -Infinity;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    if (number >= next) {
      next = number + 1;
      records.push(i);
      continue;
    }
    let low = 0;
    let high = records.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (numbers[records[middle]!]! > number) high = middle;
      else low = middle + 1;
    }
    positions.push(i);
    extents.push(i - records[low]!);
  }
  return { positions, extents };
}
