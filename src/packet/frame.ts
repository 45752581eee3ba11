/** What the first byte of a frame belongs to: LINKTYPE_ values of the tcpdump group's list (tcpdump.org/linktypes.html). */
export const LINK_TYPE = {
  ethernet: 1,
  raw: 101,
  linuxSll: 113,
  ipv4: 228,
  linuxSll2: 276,
} as const;

/**
 * One frame of a capture, as a visitor sees it. The reader uses one object and one buffer over and over: what is wanted
 * after the visit must be copied. Bytes outside [`start`, `end`) of the buffer belong to others.
 */
export interface Frame {
  /**
   * 1-based, as Wireshark counts; but of pcapng's custom and journal blocks, which newer versions of it list among the frames,
   * none is counted here.
   */
  readonly number: number;
  /** False where the format has no stamp for it (pcapng Simple Packet Block); the time is 0 then. */
  readonly timed: boolean;
  /** Whole seconds since 1970. */
  readonly seconds: number;
  /** 0–999 999 999, after `seconds`. Finer stamps are cut, not rounded. */
  readonly nanoseconds: number;
  /** The same memory twice. */
  readonly view: DataView;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** How long the frame was on the wire. What was captured of it is `end - start`. */
  readonly originalLength: number;
  /** LINKTYPE_ value of the interface that it came from. */
  readonly linkType: number;
  /** Of the pcapng section; 0 in pcap. */
  readonly interfaceIndex: number;
}

/** Called once per frame, in the file's order. What it throws ends the reading and comes out of it. */
export type FrameVisitor = (frame: Frame) => void;

/** The reader's own side of a frame. */
export type MutableFrame = { -readonly [Key in keyof Frame]: Frame[Key] };

export function emptyFrame(bytes: Buffer, view: DataView): MutableFrame {
  return {
    number: 0,
    timed: true,
    seconds: 0,
    nanoseconds: 0,
    view,
    bytes,
    start: 0,
    end: 0,
    originalLength: 0,
    linkType: 0,
    interfaceIndex: 0,
  };
}

/** More is taken for a corrupt length, as libpcap and Wireshark do (MAXIMUM_SNAPLEN). */
export const MAX_CAPTURED_BYTES = 262_144;
