import { fakeLab, flowOf } from '../../device/support.js';
import { fails, holds, type Case } from './case.js';
import type { LabView } from '../../../../src/probe/types.js';

/** 1000 packets a second to two receivers and a late one; growth per second of watching. */
const traffic =
  (received: number, missing = 0) =>
  (): LabView =>
    fakeLab([], {
      flows: [flowOf('publish', ['desk1', 'desk2', 'late1'])],
      counts: (ms) => {
        const count = {
          received: 50 + (received * ms) / 1000,
          missing: 3 + (missing * ms) / 1000,
          duplicates: 0,
          highest: 1,
        };
        const desk1 = { received: 50 + ms, missing: 3, duplicates: 0, highest: 1 };
        return { publish: { desk1, desk2: count, late1: { received: 0, missing: 0, duplicates: 0, highest: -1 } } };
      },
    });

export const TRAFFIC: readonly Case[] = [
  holds('loss-free', 'nothing missing', '2 s', traffic(1000)),
  fails('loss-free', 'some missing at one receiver', '2 s', traffic(999, 1), /desk2: 2 missing/),
  fails('loss-free', 'nothing comes', { for: '2 s', flows: 'publish' }, traffic(0), /0 of 2000 received/),
  holds('loss-free', 'half of it comes', '2 s', traffic(500)),
  fails('loss-free', 'less than half comes', '2 s', traffic(499)),
  fails('loss-free', 'no such flow', { for: '2 s', flows: ['other'] }, traffic(1000), /no receiver to watch/),
  fails('loss-free', 'no traffic', '2 s', () => fakeLab([]), /no traffic runs/),
  holds('flow-received', 'some', { flow: 'publish' }, traffic(0)),
  fails('flow-received', 'not enough', { flow: 'publish', 'at-least': 51 }, traffic(0), /desk1: 50/),
  fails('flow-received', 'nothing at a late receiver', { flow: 'publish', at: 'late1' }, traffic(0), /late1: 0/),
  fails(
    'flow-received',
    'not a receiver',
    { flow: 'publish', at: ['desk1', 'desk7'] },
    traffic(0),
    /desk7 is no receiver/,
  ),
];
