import { inState, sessionTable } from './session-table.js';

/** BFD sessions in state Up (RFC 5880). */
export const bfdPeers = sessionTable({
  kind: 'bfd-peers',
  title: 'BFD sessions are up',
  example: '{ node: [core1, core2], all: up }',
  good: 'up',
  read: (facts) =>
    facts.map(({ peer, interface: at, status }) => ({
      name: at === null ? peer : `${peer} on ${at}`,
      state: status,
      good: inState(status, 'up'),
    })),
});
