import type { TcpSegments } from '../analysis/packets.js';
import { FrameNumberColumn, NumberColumn } from './columns.js';
import type { UdpLocator } from './udp-locator.js';

const NUMBERS = [
  ...(['source', 'destination', 'sourcePort', 'destinationPort'] as const),
  ...(['sequence', 'acknowledgement', 'flags'] as const),
] as const;
type NumberName = (typeof NUMBERS)[number];

/** Collects the headers of TCP segments, one by one. */
export class TcpColumns {
  private readonly frame = new FrameNumberColumn();
  private readonly atNs = new NumberColumn();
  private readonly length = new NumberColumn();
  private readonly numbers = Object.fromEntries(NUMBERS.map((name) => [name, new NumberColumn()])) as Record<
    NumberName,
    NumberColumn
  >;

  /** @param located has just found a TCP segment */
  add(frame: number, atNs: number, located: UdpLocator): void {
    this.frame.add(frame);
    this.atNs.add(atNs);
    this.length.add(located.payloadLength);
    for (const name of NUMBERS) this.numbers[name].add(located[name]);
  }

  take(base: bigint): TcpSegments {
    const columns = Object.fromEntries(NUMBERS.map((name) => [name, this.numbers[name].take()])) as Record<
      NumberName,
      Float64Array
    >;
    return {
      ...{ base, count: this.atNs.count, frame: this.frame.take(), atNs: this.atNs.take(), length: this.length.take() },
      ...columns,
    };
  }
}
