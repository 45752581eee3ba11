import type { SourceRef } from '../core/source.js';
import { hintFor } from '../core/suggest.js';
import type { Damage } from './consistency.js';
import type { Report } from './references.js';
import type { Arbitration, Limits, OrderItem, Scenario } from './types.js';

/** What limits can be set for, by its name under `expect`. */
export interface Subject {
  readonly name: string;
  readonly kind: 'flow' | 'arbitrated' | 'orders-udp' | 'orders-tcp';
  readonly receivers: readonly { readonly node: string; readonly late: boolean }[];
}

/** Multicast items, order entry (its client hears the replies), and redundant feeds taken together. */
export function subjectsOf(scenario: Scenario): readonly Subject[] {
  return [
    ...scenario.traffic.map(({ name, to }): Subject => ({
      name,
      kind: 'flow',
      receivers: to.map(({ node, join }) => ({ node, late: join.when === 'after-fault' })),
    })),
    ...(scenario.orders ?? []).map(({ name, over, client }): Subject => ({
      name,
      kind: `orders-${over}`,
      receivers: [{ node: client.node, late: false }],
    })),
    ...(scenario.arbitrate ?? []).map(({ name, at }): Subject => ({
      name,
      kind: 'arbitrated',
      receivers: at.map(({ node }) => ({ node, late: false })),
    })),
  ];
}

const KEYS: Readonly<Record<keyof Limits, string>> = {
  outageNs: 'outage',
  outageAtLeastNs: 'outage-at-least',
  lost: 'lost',
  duplicates: 'duplicates',
  reordered: 'reordered',
  unexplainedNs: 'unexplained',
  silenceNs: 'silence',
  silenceAtLeastNs: 'silence-at-least',
  unanswered: 'unanswered',
  retransmissions: 'retransmissions',
  sessionsLost: 'sessions-lost',
};
const OF_FLOWS: readonly (keyof Limits)[] = [
  ...(['outageNs', 'outageAtLeastNs', 'lost', 'duplicates', 'reordered'] as const),
  'unexplainedNs',
];
const OF_ORDERS: readonly (keyof Limits)[] = ['silenceNs', 'silenceAtLeastNs', 'unanswered'];
const POSSIBLE: Readonly<Record<Subject['kind'], readonly (keyof Limits)[]>> = {
  flow: OF_FLOWS,
  arbitrated: OF_FLOWS,
  'orders-udp': [...OF_ORDERS, 'unexplainedNs'],
  'orders-tcp': [...OF_ORDERS, 'retransmissions', 'sessionsLost'],
};

/** A limit on something that such traffic does not have would never be judged. */
export function checkKindOfLimits(
  limits: Limits,
  where: string,
  subject: Subject,
  source: SourceRef,
  report: Report,
): void {
  const possible = POSSIBLE[subject.kind];
  for (const key of Object.keys(KEYS) as (keyof Limits)[]) {
    if (limits[key] === undefined || possible.includes(key)) continue;
    const words = possible.map((one) => KEYS[one]).join(', ');
    report(source, `\`${KEYS[key]}\` cannot be judged for \`${subject.name}\`${where}`, `possible are ${words}`);
  }
}

export function checkOrder(order: OrderItem, report: Report): void {
  if (order.client.node === order.engine.node) {
    report(order.engine.source, `\`${order.engine.node}\` is the client of \`${order.name}\` and cannot be its engine`);
  }
}

/** Feeds must be items of the same shape, and received where they are to be judged. */
export function checkArbitration(one: Arbitration, scenario: Scenario, damage: Damage, report: Report): void {
  const { traffic, orders = [] } = scenario;
  const taken = [...traffic, ...orders].some(({ name }) => name === one.name);
  if (taken) report(one.source, `\`${one.name}\` is an item of \`traffic\` already: limits could not tell them apart`);
  const seen = new Set<string>();
  const feeds = one.feeds.flatMap(({ item, source }) => {
    if (seen.has(item)) report(source, `\`${one.name}\` names the feed \`${item}\` twice`);
    seen.add(item);
    const found = traffic.find(({ name }) => name === item);
    if (found === undefined && !damage.traffic.has(item)) {
      const what = orders.some(({ name }) => name === item) ? 'is order entry' : 'is no item of `traffic`';
      report(
        source,
        `\`${item}\` ${what}`,
        hintFor(
          item,
          traffic.map(({ name }) => name),
        ),
      );
    }
    return found === undefined ? [] : [{ found, source }];
  });
  const [first] = feeds;
  for (const { found, source } of feeds.slice(1)) {
    const same = found.ratePps === first!.found.ratePps && found.groups.length === first!.found.groups.length;
    if (!same) {
      report(
        source,
        `\`${found.name}\` and \`${first!.found.name}\` cannot carry the same messages: they differ in rate or groups`,
      );
    }
  }
  for (const { node, source } of one.at) {
    for (const { found } of feeds) {
      const receiver = found.to.find((to) => to.node === node);
      const nodes = found.to.map((to) => to.node);
      if (receiver === undefined)
        report(source, `\`${node}\` is no receiver of \`${found.name}\``, hintFor(node, nodes));
      else if (receiver.join.when !== 'start') {
        report(
          source,
          `\`${node}\` joins \`${found.name}\` late: feeds are judged together where both run from the start`,
        );
      }
    }
  }
}
