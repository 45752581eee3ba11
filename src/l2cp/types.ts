/** How the frames of a row are tagged on the customer's side (IEEE 802.1Q §9). */
export const ENCAPSULATIONS = ['untagged', 'single-tagged', 'double-tagged', 'priority-tagged'] as const;
export type Encapsulation = (typeof ENCAPSULATIONS)[number];

/** `forward`: sent at `from`, expected at `to`. */
export const DIRECTIONS = ['forward', 'backward'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** What one frame is made with. */
export interface FrameIdentity {
  /** Address of the sending side, of this run and encapsulation alone. */
  readonly source: string;
  /** The same of the other side. */
  readonly peer: string;
  /** 1-based place of the row in the matrix. */
  readonly row: number;
  /** Of the frame among all of the run; from 1. Protocols that have a counter, transaction or discriminator carry it. */
  readonly number: number;
}

/** What stands behind the addresses of an untagged frame: an EtherType, or (null) an 802.3 length that the frame's maker fills in. */
export interface Body {
  readonly etherType: number | null;
  readonly bytes: Uint8Array;
}

/** Protocols that answer; see `findAnswer`. */
export type AnswerKind = 'lacp' | 'marker' | 'oam' | 'eapol' | 'lldp' | 'elmi' | 'pdelay' | 'loopback';

/** One frame of the catalogue. */
export interface CatalogueRow {
  /** As in the fan-out design's table where it is one of its rows (`03`, `05a`), else X and a number. */
  readonly id: string;
  /** `LACP@02` */
  readonly name: string;
  /** For people, with the standard. */
  readonly title: string;
  /** Whether it is one of the fan-out design's table. */
  readonly table: boolean;
  /** `peer`: the address of the other side. */
  readonly destination: string;
  /** EtherType and subtype, as the matrix prints them: `0x8809 0x01`. */
  readonly type: string;
  /** What tshark's protocol column says of it, untagged. */
  readonly tshark: string;
  /**
   * Where a frame's own number fits in. `padding`: behind the protocol's own end. `field`: a counter of the protocol.
   * `none`: copies of one row, direction and encapsulation are alike, and are told apart by nothing but their count.
   */
  readonly room: 'padding' | 'field' | 'none';
  readonly answer: AnswerKind | undefined;
  /** What it can do to devices that listen to it. */
  readonly caution: string | undefined;
  body(identity: FrameIdentity): Body;
}

/** What a profile may expect. PASS: byte-identical on the far side. PEER: taken by the device's control plane. DROP: gone. */
export const EXPECTATIONS = ['PASS', 'PEER', 'DROP'] as const;
export type Expectation = (typeof EXPECTATIONS)[number];

/** What was seen, the worst first: where several are true the first is the row's outcome and the others are told with it. */
export const OUTCOMES = [
  'NOT SENT',
  'LEAKED',
  'REFLECTED',
  'CHANGED',
  'DUPLICATED',
  'LOSSY',
  'DELAYED',
  'PEER',
  'DROP',
  'NOT FORWARDED',
  'PASS',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type RowVerdict = 'pass' | 'fail' | 'inconclusive' | 'not judged';
