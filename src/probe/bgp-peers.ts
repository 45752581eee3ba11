import { inState, sessionTable } from './session-table.js';

/** BGP sessions in state Established (RFC 4271), per address family. */
export const bgpPeers = sessionTable({
  kind: 'bgp-peers',
  title: 'BGP sessions are established',
  example: '{ node: [core1, core2], all: established }',
  good: 'established',
  read: (facts) =>
    facts.map(({ peer, family, state }) => ({
      name: `${peer} ${family}`,
      state,
      good: inState(state, 'established'),
    })),
});
