import type { InstantText } from '../core/instant.js';
import type { Direction, Encapsulation } from './types.js';

export interface PortRef {
  readonly node: string;
  readonly interface: string;
}

/** `ce1:eth1` */
export function portName(port: PortRef): string {
  return `${port.node}:${port.interface}`;
}

/** Name of a port's capture: `l2cp-ce1-eth1`. */
export function captureName(port: PortRef): string {
  return `l2cp-${port.node}-${port.interface}`.replace(/[^A-Za-z0-9._-]/g, '_');
}

/** Why a frame was sent: to see that anything passes, as a part of the matrix, or to draw an answer after it did not pass. */
export type SendingPhase = 'control' | 'matrix' | 'elicit';

export interface SentFrame {
  readonly number: number;
  /** A row's id. */
  readonly row: string;
  readonly direction: Direction;
  readonly encapsulation: Encapsulation;
  readonly phase: SendingPhase;
  readonly at: InstantText;
  /** Why the kernel of the sending node did not take it. */
  readonly error: string | null;
  readonly hex: string;
}

export interface ReceivedFrame {
  /** `ce2:eth1` */
  readonly port: string;
  readonly at: InstantText;
  readonly hex: string;
}

/** What a device says of its own, asked for after the frames were sent. */
export interface DeviceState {
  readonly node: string;
  readonly kind: 'lldp-neighbours' | 'bond';
  readonly text: string;
}

/** Everything that was seen, for the judgement: plain data, kept in the run folder. */
export interface Observations {
  readonly format: 'faultline-l2cp-1';
  readonly runTag: number;
  readonly sent: readonly SentFrame[];
  /** In the order of their arrival at each port. */
  readonly received: readonly ReceivedFrame[];
  /** Windows in which an answer to frames of the phase `elicit` was waited for, by round. */
  readonly elicited: readonly {
    readonly from: InstantText;
    readonly to: InstantText;
    readonly numbers: readonly number[];
  }[];
  readonly states: readonly DeviceState[];
  /** What the frames went through: kinds of the ports' interfaces and of the devices between. */
  readonly dataPath: readonly string[];
  /** Why nothing of this may pass: frames that the probe lost. */
  readonly problems: readonly string[];
}
