import { sessionTable } from './session-table.js';

/** OSPF adjacencies in state Full (RFC 2328 section 10.1). At least one per node, or as many as told. */
export const ospfNeighbors = sessionTable({
  kind: 'ospf-neighbors',
  title: 'OSPF neighbours are in state Full (a neighbour that is gone is only noticed by `at-least`)',
  example: '{ node: [core1, core2], all: full, at-least: 2 }',
  good: 'full',
  read: (facts) =>
    facts.map(({ neighborId, interface: at, state }) => ({
      name: `${neighborId} on ${at}`,
      state,
      good: /^full\b/i.test(state),
    })),
});
