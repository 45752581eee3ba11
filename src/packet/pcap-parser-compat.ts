import { EventEmitter } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { CaptureDecoder, CaptureFileError, type Frame } from './capture-reader.js';
import { PCAP_MAGIC_NANOSECONDS } from './pcap.js';

/** As in the npm package pcap-parser; for pcapng the values that a pcap file of it would have. */
export interface CompatGlobalHeader {
  readonly magicNumber: number;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly gmtOffset: number;
  readonly timestampAccuracy: number;
  readonly snapshotLength: number;
  readonly linkLayerType: number;
}

/** As in the npm package pcap-parser, and the nanoseconds that it does not have. */
export interface CompatPacketHeader {
  readonly timestampSeconds: number;
  readonly timestampMicroseconds: number;
  /** Whole nanoseconds after the second. */
  readonly timestampNanoseconds: number;
  readonly capturedLength: number;
  readonly originalLength: number;
}

export interface CompatPacket {
  readonly header: CompatPacketHeader;
  readonly data: Buffer;
}

export interface CompatEvents {
  globalHeader: [CompatGlobalHeader];
  packetHeader: [CompatPacketHeader];
  packetData: [Buffer];
  packet: [CompatPacket];
  end: [];
  error: [Error];
}

/**
 * The call shape of the npm package pcap-parser over faultline's reader: for each packet `packetHeader`, `packetData` and
 * `packet`, then `end`. Besides what that package reads it takes nanosecond files and pcapng, and where it says nothing about
 * a file that is cut, or believes a corrupt length, this one emits `error` once, before `end`.
 * @param input a path, or a stream of bytes
 */
export function parse(input: string | Readable): EventEmitter<CompatEvents> {
  const parser = new EventEmitter<CompatEvents>();
  const stream = typeof input === 'string' ? createReadStream(input) : input;
  const decoder = new CaptureDecoder(typeof input === 'string' ? input : 'the stream');
  let announced = false;
  let failed = false;

  const announce = (): void => {
    if (announced) return;
    const header = globalHeaderOf(decoder);
    if (header === undefined) return;
    announced = true;
    parser.emit('globalHeader', header);
  };
  const fail = (error: Error): void => {
    failed = true;
    if (typeof input === 'string') stream.destroy();
    else stream.pause();
    parser.emit('error', error);
    parser.emit('end');
  };
  const visit = (frame: Frame): void => {
    announce();
    const header: CompatPacketHeader = {
      timestampSeconds: frame.seconds,
      timestampMicroseconds: Math.floor(frame.nanoseconds / 1000),
      timestampNanoseconds: frame.nanoseconds,
      capturedLength: frame.end - frame.start,
      originalLength: frame.originalLength,
    };
    const data = Buffer.from(frame.bytes.subarray(frame.start, frame.end));
    parser.emit('packetHeader', header);
    parser.emit('packetData', data);
    parser.emit('packet', { header, data });
  };

  stream.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length && !failed;) {
      const count = chunk.copy(decoder.bytes, decoder.filled, at);
      at += count;
      attempt(() => decoder.advance(count, visit), fail);
      if (failed) return;
      announce();
      if (decoder.problem !== undefined) fail(new Error(decoder.problem.message));
    }
  });
  stream.on('error', (error: Error) => parser.emit('error', error));
  stream.on('end', () => {
    if (failed) return;
    const summary = attempt(() => decoder.finish(), fail);
    if (summary === undefined) return;
    if (summary.problem !== undefined) fail(new Error(summary.problem.message));
    else parser.emit('end');
  });
  return parser;
}

/** Only errors of the reader become events: what a listener throws is the listener's. */
function attempt<T>(call: () => T, fail: (error: Error) => void): T | undefined {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof CaptureFileError)) throw error;
    fail(error);
    return undefined;
  }
}

function globalHeaderOf(decoder: CaptureDecoder): CompatGlobalHeader | undefined {
  if (decoder.pcap !== undefined) {
    const { magic, versionMajor, versionMinor, timeZone, accuracy, snaplen, linkType } = decoder.pcap.header;
    return {
      magicNumber: magic,
      majorVersion: versionMajor,
      minorVersion: versionMinor,
      gmtOffset: timeZone,
      timestampAccuracy: accuracy,
      snapshotLength: snaplen,
      linkLayerType: linkType,
    };
  }
  const [first] = decoder.interfaces;
  if (first === undefined) return undefined;
  return {
    magicNumber: PCAP_MAGIC_NANOSECONDS,
    majorVersion: 2,
    minorVersion: 4,
    gmtOffset: 0,
    timestampAccuracy: 0,
    snapshotLength: first.snaplen,
    linkLayerType: first.linkType,
  };
}
