import { closeSync, openSync, writeSync } from 'node:fs';
import { LINK_TYPE, MAX_CAPTURED_BYTES } from './frame.js';
import { PCAP_HEADER_BYTES, PCAP_MAGIC_MICROSECONDS, PCAP_MAGIC_NANOSECONDS, PCAP_RECORD_BYTES } from './pcap.js';

export interface PcapWriterOptions {
  /** Ethernet unless told. */
  readonly linkType?: number;
  /** Longer frames are cut to it; 262144 unless told. */
  readonly snaplen?: number;
  /** True unless told; else stamps are cut to microseconds. */
  readonly nanoseconds?: boolean;
  /** True unless told. */
  readonly littleEndian?: boolean;
}

const BUFFER_BYTES = 1 << 20;

/** Writes a pcap file. Nothing but the frames and the options reaches the file: the same input gives the same bytes. */
export class PcapWriter {
  private readonly fd: number;
  private readonly bytes = Buffer.alloc(BUFFER_BYTES);
  private readonly view = new DataView(this.bytes.buffer, this.bytes.byteOffset, BUFFER_BYTES);
  private readonly snaplen: number;
  private readonly littleEndian: boolean;
  private readonly nsPerFraction: number;
  private used = PCAP_HEADER_BYTES;

  /** Replaces the file where it exists. */
  constructor(path: string, options: PcapWriterOptions = {}) {
    this.snaplen = Math.min(options.snaplen ?? MAX_CAPTURED_BYTES, MAX_CAPTURED_BYTES);
    this.littleEndian = options.littleEndian ?? true;
    const nanoseconds = options.nanoseconds ?? true;
    this.nsPerFraction = nanoseconds ? 1 : 1000;
    this.view.setUint32(0, nanoseconds ? PCAP_MAGIC_NANOSECONDS : PCAP_MAGIC_MICROSECONDS, this.littleEndian);
    this.view.setUint16(4, 2, this.littleEndian);
    this.view.setUint16(6, 4, this.littleEndian);
    this.view.setUint32(16, this.snaplen, this.littleEndian);
    this.view.setUint32(20, options.linkType ?? LINK_TYPE.ethernet, this.littleEndian);
    this.fd = openSync(path, 'w');
  }

  /** @param originalLength how long the frame was on the wire, where `frame` is not all of it */
  write(seconds: number, nanoseconds: number, frame: Uint8Array, originalLength = frame.length): void {
    const captured = Math.min(frame.length, this.snaplen);
    if (BUFFER_BYTES - this.used < PCAP_RECORD_BYTES + captured) this.flush();
    this.view.setUint32(this.used, seconds, this.littleEndian);
    this.view.setUint32(this.used + 4, Math.floor(nanoseconds / this.nsPerFraction), this.littleEndian);
    this.view.setUint32(this.used + 8, captured, this.littleEndian);
    this.view.setUint32(this.used + 12, originalLength, this.littleEndian);
    this.used += PCAP_RECORD_BYTES;
    this.bytes.set(captured === frame.length ? frame : frame.subarray(0, captured), this.used);
    this.used += captured;
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.fd);
    }
  }

  private flush(): void {
    for (let at = 0; at < this.used;) at += writeSync(this.fd, this.bytes, at, this.used - at);
    this.used = 0;
  }
}
