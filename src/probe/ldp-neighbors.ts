import { inState, sessionTable } from './session-table.js';

/** LDP sessions in state Operational (RFC 5036 section 2.5.4). */
export const ldpNeighbors = sessionTable({
  kind: 'ldp-neighbors',
  title: 'LDP sessions are operational',
  example: '{ node: [p1, pe1], all: operational }',
  good: 'operational',
  read: (facts) => facts.map(({ id, state }) => ({ name: id, state, good: inState(state, 'operational') })),
});
