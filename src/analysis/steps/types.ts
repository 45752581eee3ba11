import type { InstantText } from '../../core/instant.js';
import type { EventName, FrameRef } from '../types.js';

/** One thing that the network did on the way from a fault to its repair, found on its own evidence. */
export interface Step {
  readonly kind: StepKind;
  /** First and last of a burst of the same kind at one node. */
  readonly at: InstantText;
  readonly until: InstantText;
  readonly count: number;
  /** Where it was seen. */
  readonly node: string;
  readonly what: string;
  readonly source: 'netlink' | 'capture' | 'log';
  readonly frame: FrameRef | null;
  /** How long it may account for by its own evidence (a timer in the packet); null: see `STEP_KINDS`. */
  readonly withinNs: number | null;
}

export type StepKind =
  | 'link'
  | 'bundle'
  | 'lacp'
  | 'bfd'
  | 'ospf'
  | 'bgp-withdraw'
  | 'bgp-update'
  | 'pim'
  | 'es'
  | 'df'
  | 'helper'
  | 'nexthop'
  | 'route'
  | 'mroute'
  | 'mac';

const MS = 1_000_000;
/** What a message, its processing and the next message take where no timer waits. */
const PROCESSING_NS = 50 * MS;

/**
 * Every kind of step, and the longest time before it that it can account for: the timer that ends in it, by default. The
 * scenario's `steps` say what is configured.
 */
export const STEP_KINDS: Readonly<Record<StepKind, { readonly title: string; readonly withinNs: number }>> = {
  link: { title: 'link lost or back (the kernel tells a carrier up to 1 s late)', withinNs: 1000 * MS },
  bundle: { title: 'port of a bundle out of use, its link is down (the bond’s monitor, 100 ms)', withinNs: 100 * MS },
  lacp: { title: 'LACP: a port left or joined its bundle (3 x 1 s)', withinNs: 3000 * MS },
  bfd: { title: 'BFD session down or up (3 x 300 ms unless its packets say otherwise)', withinNs: 900 * MS },
  ospf: { title: 'OSPF link state flooded', withinNs: PROCESSING_NS },
  'bgp-withdraw': { title: 'BGP routes withdrawn', withinNs: PROCESSING_NS },
  'bgp-update': { title: 'BGP routes announced', withinNs: PROCESSING_NS },
  pim: { title: 'PIM join or prune', withinNs: PROCESSING_NS },
  es: { title: 'Ethernet Segment changed', withinNs: PROCESSING_NS },
  df: { title: 'designated forwarder changed', withinNs: PROCESSING_NS },
  helper: { title: 'a helper beside the routing software did what that had decided', withinNs: PROCESSING_NS },
  nexthop: { title: 'nexthop or nexthop group changed', withinNs: PROCESSING_NS },
  route: { title: 'route changed', withinNs: PROCESSING_NS },
  mroute: { title: 'multicast route changed', withinNs: PROCESSING_NS },
  mac: { title: 'MAC address learned, moved or gone', withinNs: PROCESSING_NS },
};

/** A part of an outage, and the step that ended it; null: no step accounts for it. */
export interface OutagePart {
  readonly fromNs: number;
  readonly toNs: number;
  /** Place in `Timeline.steps`. `'sampling'`: the wait for the flow's next packet. */
  readonly step: number | 'sampling' | null;
}

/**
 * The longest loss period of one flow at one receiver in one event, or of order entry the longest silence at the client, laid
 * against the steps. Times are ns after its first lost packet, or the first reply that did not come.
 */
export interface OutageAccount {
  readonly flow: string;
  readonly receiver: string;
  readonly event: EventName;
  readonly from: InstantText;
  readonly lengthNs: number;
  readonly parts: readonly OutagePart[];
  readonly unexplainedNs: number;
}

export interface Timeline {
  readonly steps: readonly Step[];
  readonly outages: readonly OutageAccount[];
  /** What the steps rest on could not be had: a monitor that ended, a capture that cannot be read. */
  readonly problems: readonly string[];
}
