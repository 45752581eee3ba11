import { inState, sessionTable } from './session-table.js';

/** MSDP peers in state Established (RFC 3618). */
export const msdpPeers = sessionTable({
  kind: 'msdp-peers',
  title: 'MSDP peers are established',
  example: '{ node: [core1, core2], all: established }',
  good: 'established',
  read: (facts) =>
    facts.map(({ peer, meshGroup, state }) => ({
      name: meshGroup === null ? peer : `${peer} (mesh group ${meshGroup})`,
      state,
      good: inState(state, 'established'),
    })),
});
