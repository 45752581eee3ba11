import { MAX_FLOW_ID, ORDER_PORTS, type Flow, type OrderEnd, type OrderFlow } from '../traffic/types.js';
import { intervalNs } from './fields.js';
import type { ArbitratedFlows } from './plan.js';
import type { EndName, OrderItem, Scenario } from './types.js';

const FIRST_PORT = 20_000;
/** The ports of multicast senders start behind these. */
const MOST_ORDERS = 200;

/**
 * The order entry of a scenario. Ids and ports follow from the file alone: routers that hash ports do the same in every run.
 * @param firstId behind those of the multicast flows
 * @param place a node's interface, with what is known of its address; reports what is wrong with it
 * @param tooMany told where there are more than ports
 */
export function orderFlows(
  items: readonly OrderItem[],
  firstId: number,
  place: (end: EndName, what: string) => OrderEnd,
  tooMany: (item: OrderItem, text: string) => void,
): readonly OrderFlow[] {
  const beyond = items.find((_, index) => index >= MOST_ORDERS || firstId + 2 * index + 1 > MAX_FLOW_ID);
  if (beyond !== undefined) {
    tooMany(beyond, `there are ${items.length} items of order entry, ${MOST_ORDERS} are possible`);
    return [];
  }
  return items.map((item, index) => ({
    id: firstId + 2 * index,
    replyId: firstId + 2 * index + 1,
    name: item.name,
    over: item.over,
    client: place(item.client, 'send orders from'),
    engine: place(item.engine, 'answer orders at'),
    port: item.port,
    sourcePort: FIRST_PORT + index * ORDER_PORTS,
    intervalNs: intervalNs(item.ratePps),
    payloadBytes: item.payloadBytes,
    sessionTimeoutNs: item.sessionTimeoutNs,
  }));
}

/** Redundant feeds, flow by flow: the first group of each together, the second of each … */
export function arbitratedFlows(scenario: Scenario, flows: readonly Flow[]): readonly ArbitratedFlows[] {
  return (scenario.arbitrate ?? []).flatMap(({ name, feeds, at }) => {
    const byFeed = feeds.map(({ item }) => flows.filter((flow) => flow.item === item));
    const count = Math.min(...byFeed.map((own) => own.length));
    return Array.from({ length: count }, (_, index) => ({
      name: count === 1 ? name : `${name}[${index + 1}]`,
      item: name,
      feeds: byFeed.map((own) => own[index]!.name),
      receivers: at.map(({ node }) => node),
    }));
  });
}
