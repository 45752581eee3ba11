import type { ReadCapture } from '../analysis/packets.js';
import type { CapturePoint, CaptureReport } from '../capture/types.js';
import type { Families } from '../core/family.js';
import type { Instant } from '../core/instant.js';
import type { DeviceDriver } from '../device/types.js';
import type { Fault } from '../fault/types.js';
import type { Probe } from '../probe/types.js';
import type { probeMatrix } from '../l2cp-run/run-matrix.js';
import type { Lab, LabNode, Runtime } from '../runtime/types.js';
import type { Flow, LiveCounts, OrderFlow, SentLog } from '../traffic/types.js';

/** Running traffic: receivers have joined, senders wait for `startSending`. */
export interface TrafficSession {
  startSending(): Promise<unknown>;
  counts(): Promise<LiveCounts>;
  /** Lets a late receiver join now. */
  join(flow: string, receiver: string): Promise<unknown>;
  /** Ends the senders; the receivers stay joined, so that what is under way still arrives. Idempotent. */
  stopSending(): Promise<void>;
  /** Ends everything. Idempotent. */
  stop(): Promise<SentLog>;
}

export interface CaptureSession {
  /** Ends all captures after everything that was seen is in the files. Idempotent. */
  stop(): Promise<readonly CaptureReport[]>;
}

export interface LinkEventSession {
  events(node: string): Promise<
    readonly {
      readonly interface: string;
      readonly up: boolean;
      readonly carrier: boolean;
      readonly at: Instant;
    }[]
  >;
  /** @returns what went wrong */
  stop(): Promise<readonly string[]>;
}

/** What a run is made of; tests put other parts in their place. */
export interface RunServices {
  readonly runtime: Runtime;
  readonly now: () => Instant;
  readonly createDriver: (node: LabNode) => DeviceDriver;
  readonly faults: Readonly<Record<string, Fault<never>>>;
  readonly probes: Readonly<Record<string, Probe<never>>>;
  readonly resolveAddresses: (lab: Lab, flows: readonly Flow[]) => Promise<readonly Flow[]>;
  readonly resolveOrderAddresses: (lab: Lab, orders: readonly OrderFlow[]) => Promise<readonly OrderFlow[]>;
  readonly startTraffic: (
    lab: Lab,
    flows: readonly Flow[],
    options: {
      readonly runTag: number;
      readonly orders: readonly OrderFlow[];
      readonly onProblem: (problem: string) => void;
    },
  ) => Promise<TrafficSession>;
  /** Files go to `<dir>/pcaps`. */
  readonly startCaptures: (
    lab: Lab,
    points: readonly CapturePoint[],
    options: { readonly dir: string },
  ) => Promise<CaptureSession>;
  readonly startLinkEvents: (
    lab: Lab,
    nodes: readonly string[],
    options: { readonly dir: string },
  ) => Promise<LinkEventSession>;
  /** What the kernels say of routes and MAC tables; files go to `<dir>/nodes`. */
  readonly startForwardingEvents: (
    lab: Lab,
    nodes: readonly string[],
    options: { readonly dir: string },
  ) => Promise<Pick<LinkEventSession, 'stop'>>;
  readonly readCapture: ReadCapture;
  readonly probeMatrix: typeof probeMatrix;
}

export function familiesOf(services: Pick<RunServices, 'faults' | 'probes'>): Families {
  return { faults: services.faults, probes: services.probes };
}
