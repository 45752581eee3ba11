import type { Step, StepKind } from '../analysis/steps/types.js';
import { instantToText } from '../core/instant.js';
import { forEachFrame, type Frame } from './capture-reader.js';
import { LINK_TYPE } from './frame.js';
import { BFD_PORT, BFD_STATE, decodeBfd } from './layers/bfd.js';
import { BGP_TYPE, decodeBgpUpdate, splitBgp, startsMessage } from './layers/bgp.js';
import { ETHERNET_BYTES, ETHER_TYPE } from './layers/ethernet.js';
import { decodeIpv4, IP_PROTOCOL } from './layers/ipv4.js';
import { decodeLacp, type LacpEnd } from './layers/lacp.js';
import { decodeOspfUpdate, OSPF_MAX_AGE } from './layers/ospf.js';
import { decodePimJoinPrune } from './layers/pim.js';
import { SLOW_SUBTYPE } from './layers/slow.js';
import { decodeTcp } from './layers/tcp.js';
import { decodeUdp } from './layers/udp.js';
import { isVlanTag, VLAN_BYTES } from './layers/vlan.js';
import { Undecodable } from './layers/wire.js';

const BGP_PORT = 179;
const MULTIHOP_BFD_PORT = 4784;
const MPLS_UNICAST = 0x8847;
const MPLS_BYTES = 4;
const MOST_NAMES = 3;
const SHORT_TIMEOUT = 2;
const IN_USE = 0x08 | 0x10 | 0x20;

/**
 * The steps of the control plane that one capture shows: what routers say to each other when something changes. Repeats of
 * what was said before (refreshes, retransmissions) are no steps.
 * @throws CaptureFileError where the file cannot be opened or is no capture
 */
export function readControlSteps(
  path: string,
  capture: { readonly id: string; readonly node: string },
): { readonly steps: readonly Step[]; readonly problem: string | undefined } {
  const reader = new ControlReader(capture);
  const summary = forEachFrame(path, (frame) => reader.read(frame));
  return { steps: reader.steps, problem: summary.problem?.message };
}

class ControlReader {
  readonly steps: Step[] = [];
  private frame: Frame | undefined;
  private readonly streams = new Map<string, { next: number; bytes: Buffer }>();
  private readonly bfd = new Map<string, { readonly state: number; readonly detectNs: number }>();
  private readonly lacp = new Map<string, string>();
  private readonly lsas = new Set<string>();
  private readonly joins = new Map<string, string>();

  constructor(private readonly capture: { readonly id: string; readonly node: string }) {}

  read(frame: Frame): void {
    if (frame.linkType !== LINK_TYPE.ethernet || !frame.timed) return;
    this.frame = frame;
    try {
      this.ethernet(frame.bytes.subarray(frame.start, frame.end), frame.view, frame.start);
    } catch (error) {
      // What does not decode is no evidence of anything.
      if (!(error instanceof Undecodable)) throw error;
    }
  }

  private ethernet(bytes: Uint8Array, view: DataView, start: number): void {
    if (bytes.length < ETHERNET_BYTES) return;
    let etherType = view.getUint16(start + 12);
    let at = ETHERNET_BYTES;
    while (isVlanTag(etherType) && bytes.length >= at + VLAN_BYTES) {
      etherType = view.getUint16(start + at + 2);
      at += VLAN_BYTES;
    }
    if (etherType === ETHER_TYPE.slowProtocols && bytes[at] === SLOW_SUBTYPE.lacp) {
      return this.lacpdu(Buffer.from(bytes.subarray(6, 12)).toString('hex'), bytes.subarray(at));
    }
    if (etherType === MPLS_UNICAST) {
      let bottom = false;
      for (; !bottom && bytes.length >= at + MPLS_BYTES; at += MPLS_BYTES) bottom = (bytes[at + 2]! & 1) === 1;
      if (!bottom || bytes[at]! >>> 4 !== 4) return;
    } else if (etherType !== ETHER_TYPE.ipv4) return;
    this.ip(bytes.subarray(at));
  }

  private ip(bytes: Uint8Array): void {
    // Most frames are data: only what can be control is taken apart.
    const protocol = bytes[9];
    if (protocol === IP_PROTOCOL.udp) {
      const header = (bytes[0]! & 0x0f) * 4;
      const port = (bytes[header + 2] ?? 0) * 256 + (bytes[header + 3] ?? 0);
      if (port !== BFD_PORT.singleHop && port !== BFD_PORT.micro && port !== MULTIHOP_BFD_PORT) return;
    } else if (protocol !== IP_PROTOCOL.tcp && protocol !== IP_PROTOCOL.ospf && protocol !== IP_PROTOCOL.pim) return;
    const { layer, payload } = decodeIpv4(bytes);
    if (layer.fragmentOffset !== 0) return;
    if (protocol === IP_PROTOCOL.udp) this.bfdPacket(layer.source, layer.destination, decodeUdp(payload).payload);
    else if (protocol === IP_PROTOCOL.ospf) this.ospf(payload);
    else if (protocol === IP_PROTOCOL.pim) this.pim(layer.source, payload);
    else this.tcp(layer.source, layer.destination, payload, layer.totalLength - bytes.length > 0);
  }

  private tcp(source: string, destination: string, bytes: Uint8Array, cut: boolean): void {
    const { layer, payload } = decodeTcp(bytes);
    if (layer.sourcePort !== BGP_PORT && layer.destinationPort !== BGP_PORT) return;
    if (payload.length === 0) return;
    const key = `${source} ${layer.sourcePort} ${destination} ${layer.destinationPort}`;
    const stream = this.streams.get(key);
    const ahead = stream === undefined ? 0 : (layer.sequence - stream.next) | 0;
    if (ahead < 0) return; // sent again
    // After a gap the stream is taken up where a message starts.
    const joined = stream !== undefined && ahead === 0 ? Buffer.concat([stream.bytes, payload]) : Buffer.from(payload);
    const next = (layer.sequence + payload.length) >>> 0;
    if (!startsMessage(joined) && joined.length >= 16) {
      this.streams.set(key, { next, bytes: Buffer.alloc(0) });
      return;
    }
    const { messages, rest } = splitBgp(joined);
    this.streams.set(key, { next, bytes: cut || rest === undefined ? Buffer.alloc(0) : Buffer.from(rest) });
    for (const { type, body } of messages) {
      if (type === BGP_TYPE.update) this.bgpUpdate(source, destination, body);
      if (type === BGP_TYPE.notification) {
        this.add(
          'bgp-withdraw',
          `${source} ends its session with ${destination} (NOTIFICATION ${body[0] ?? 0}/${body[1] ?? 0})`,
        );
      }
    }
  }

  private bgpUpdate(source: string, destination: string, body: Uint8Array): void {
    const { withdrawn, announced } = decodeBgpUpdate(body);
    for (const [routes, kind, verb] of [
      [withdrawn, 'bgp-withdraw', 'withdraws'],
      [announced, 'bgp-update', 'announces'],
    ] as const) {
      if (routes.length === 0) continue;
      const named = routes.slice(0, MOST_NAMES).map((route) => `${route.family} ${route.text}`);
      const more = routes.length > MOST_NAMES ? ` and ${routes.length - MOST_NAMES} more` : '';
      this.add(kind, `${source} ${verb} to ${destination}: ${named.join(', ')}${more}`);
    }
  }

  /** A session that was up and is not any more was missed for its detection time (RFC 5880 §6.8.4). */
  private bfdPacket(source: string, destination: string, bytes: Uint8Array): void {
    const { layer } = decodeBfd(bytes);
    const key = `${source} ${destination} ${layer.myDiscriminator}`;
    const before = this.bfd.get(key);
    const detectNs = layer.detectMultiplier * Math.max(layer.desiredTxUs, layer.requiredRxUs) * 1000;
    // When it is not up it asks for slow packets (RFC 5880 §6.8.3), which had no part in the detection.
    const kept = layer.state === BFD_STATE.up || before === undefined ? detectNs : before.detectNs;
    this.bfd.set(key, { state: layer.state, detectNs: kept });
    if (before === undefined || before.state === layer.state) return;
    const up = layer.state === BFD_STATE.up;
    if (!up && before.state !== BFD_STATE.up) return;
    const what = `${source} says its session with ${destination} is ${up ? 'up' : 'down'}`;
    this.add('bfd', what, before.state === BFD_STATE.up ? kept : null);
  }

  private lacpdu(source: string, bytes: Uint8Array): void {
    const { layer } = decodeLacp(bytes);
    const text = (end: LacpEnd): string => `${(end.state & IN_USE) === IN_USE ? 'in' : 'not in'} the bundle`;
    const state = `port ${layer.actor.port} of ${layer.actor.system} is ${text(layer.actor)}, its partner ${text(layer.partner)}`;
    const before = this.lacp.get(source);
    this.lacp.set(source, state);
    if (before === undefined || before === state) return;
    this.add('lacp', state, (layer.actor.state & SHORT_TIMEOUT) !== 0 ? 3_000_000_000 : 90_000_000_000);
  }

  private ospf(bytes: Uint8Array): void {
    const update = decodeOspfUpdate(bytes);
    const fresh = (update?.lsas ?? []).filter((lsa) => {
      const gone = lsa.ageS >= OSPF_MAX_AGE;
      const key = `${lsa.type} ${lsa.id} ${lsa.advertisingRouter} ${lsa.sequence} ${gone}`;
      if (this.lsas.has(key)) return false;
      this.lsas.add(key);
      return true;
    });
    if (update === undefined || fresh.length === 0) return;
    const named = fresh.slice(0, MOST_NAMES).map((lsa) => {
      return `type ${lsa.type} of ${lsa.advertisingRouter}${lsa.ageS >= OSPF_MAX_AGE ? ' (taken back)' : ''}`;
    });
    const more = fresh.length > MOST_NAMES ? ` and ${fresh.length - MOST_NAMES} more` : '';
    this.add('ospf', `${update.router} floods ${named.join(', ')}${more}`);
  }

  private pim(source: string, bytes: Uint8Array): void {
    const message = decodePimJoinPrune(bytes);
    for (const { action, source: from, group } of message?.changes ?? []) {
      const key = `${source} ${message!.upstream} ${from} ${group}`;
      const before = this.joins.get(key);
      this.joins.set(key, action);
      if (before === action) continue;
      const first = before === undefined ? ' (first seen on this link)' : '';
      this.add('pim', `${source} ${action}s (${from}, ${group}) at ${message!.upstream}${first}`);
    }
  }

  private add(kind: StepKind, what: string, withinNs: number | null = null): void {
    const { seconds, nanoseconds, number } = this.frame!;
    const at = instantToText(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
    const { id, node } = this.capture;
    const frame = { capture: id, frame: number, at };
    this.steps.push({ kind, at, until: at, count: 1, node, what, source: 'capture', frame, withinNs });
  }
}
