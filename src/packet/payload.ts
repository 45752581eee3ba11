/**
 * The start of every test packet's UDP payload, big-endian:
 * 0 magic(4) `FLTL`, 4 version(1) = 1, 5 flags(1) = 0, 6 flow id(2), 8 run tag(4), 12 sequence(8), 20 send time(8, epoch ns).
 * The run tag keeps the packets of two runs on one machine apart.
 */
export const PAYLOAD_MAGIC = 0x464c544c;
export const PAYLOAD_VERSION = 1;
export const PAYLOAD_HEADER_BYTES = 28;

export interface TestPayload {
  readonly flowId: number;
  readonly runTag: number;
  readonly sequence: number;
  readonly sentAt: bigint;
}

/** Writes the header at `offset`; the rest of the payload is the caller's. */
export function encodePayload(view: DataView, offset: number, payload: TestPayload): void {
  view.setUint32(offset, PAYLOAD_MAGIC);
  view.setUint8(offset + 4, PAYLOAD_VERSION);
  view.setUint8(offset + 5, 0);
  view.setUint16(offset + 6, payload.flowId);
  view.setUint32(offset + 8, payload.runTag);
  view.setBigUint64(offset + 12, BigInt(payload.sequence));
  view.setBigUint64(offset + 20, payload.sentAt);
}

/** @returns undefined where the bytes are not one of ours (too short, other magic or version). */
export function decodePayload(view: DataView, offset: number): TestPayload | undefined {
  if (view.byteLength - offset < PAYLOAD_HEADER_BYTES) return undefined;
  if (view.getUint32(offset) !== PAYLOAD_MAGIC || view.getUint8(offset + 4) !== PAYLOAD_VERSION) return undefined;
  return {
    flowId: view.getUint16(offset + 6),
    runTag: view.getUint32(offset + 8),
    sequence: view.getUint32(offset + 12) * 2 ** 32 + view.getUint32(offset + 16),
    sentAt: view.getBigUint64(offset + 20),
  };
}

/**
 * The fields of a test packet at `at` without making anything, for reading at speed: only `isTestPayload` looks whether the
 * bytes are one of ours, and `end` is where they end in a buffer that goes on.
 */
export function isTestPayload(view: DataView, at: number, end: number): boolean {
  return (
    end - at >= PAYLOAD_HEADER_BYTES &&
    view.getUint32(at) === PAYLOAD_MAGIC &&
    view.getUint8(at + 4) === PAYLOAD_VERSION
  );
}
export function payloadFlowId(view: DataView, at: number): number {
  return view.getUint16(at + 6);
}
export function payloadRunTag(view: DataView, at: number): number {
  return view.getUint32(at + 8);
}
/** Exact below 2^53. */
export function payloadSequence(view: DataView, at: number): number {
  return view.getUint32(at + 12) * 2 ** 32 + view.getUint32(at + 16);
}
