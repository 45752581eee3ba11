import type { CapturePoint } from '../capture/types.js';
import type { Flow, OrderFlow } from '../traffic/types.js';

interface Place {
  readonly node: string;
  readonly interface: string;
}

/**
 * Where a run records packets: `tx-<node>` at every interface that sends, `rx-<node>` at every one that receives (with
 * `-<interface>` where a node has several of that role), `link-<node>-<interface>` at the others that are asked for. No
 * interface twice: one that sends and receives is a `tx`. Of order entry the client counts as the sender.
 */
export function capturePoints(
  flows: readonly Flow[],
  extra: readonly Place[],
  orders: readonly OrderFlow[] = [],
): readonly CapturePoint[] {
  const senders = distinct([...flows.map(({ from }) => from), ...orders.map(({ client }) => client)]);
  const receivers = distinct([
    ...flows.flatMap((flow) => flow.receivers),
    ...orders.map(({ engine }) => engine),
  ]).filter((place) => !contains(senders, place));
  const links = distinct(extra).filter((place) => !contains(senders, place) && !contains(receivers, place));
  const points = [
    ...senders.map((place) => point('tx', 'sender', place, senders)),
    ...receivers.map((place) => point('rx', 'receiver', place, receivers)),
    ...links.map((place) => point('link', 'link', place, undefined)),
  ];
  // `tx-a-eth1` may be node `a`, interface `eth1`, or node `a-eth1`.
  const used = new Set<string>();
  return points.map((one) => {
    let id = one.id;
    for (let n = 2; used.has(id); n++) id = `${one.id}.${n}`;
    used.add(id);
    return { ...one, id };
  });
}

/** The capture at an interface; undefined where there is none. */
export function captureAt(captures: readonly CapturePoint[], place: Place): CapturePoint | undefined {
  return captures.find((capture) => capture.node === place.node && capture.interface === place.interface);
}

function point(
  prefix: string,
  role: CapturePoint['role'],
  place: Place,
  sameRole: readonly Place[] | undefined,
): CapturePoint {
  const alone = sameRole?.filter(({ node }) => node === place.node).length === 1;
  const id = alone ? `${prefix}-${place.node}` : `${prefix}-${place.node}-${place.interface}`;
  // It becomes a file's name.
  return { id: id.replace(/[^A-Za-z0-9._-]/g, '_'), node: place.node, interface: place.interface, role };
}

function distinct(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map((place) => [`${place.node}:${place.interface}`, place])).values()];
}

function contains(places: readonly Place[], place: Place): boolean {
  return places.some(({ node, interface: name }) => node === place.node && name === place.interface);
}
