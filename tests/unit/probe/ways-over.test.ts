import { expect } from 'chai';
import type { DeviceFacts } from '../../../src/device/types.js';
import { waysOver, type Broken, type FlowWay } from '../../../src/probe/ways-over.js';
import type { LabNode } from '../../../src/runtime/types.js';
import { fakeLab, fakeNode, flowOf } from '../device/support.js';

type Entry = readonly [source: string, iif: string, ...oifs: string[]];
type Tables = Readonly<Record<string, readonly Entry[]>>;

/** feed – r1 – (r2 or r3) – r4 – a LAN with two desks, and r5 on it, which forwards nothing. */
const LINKS = [
  'feed:eth1--r1:eth1',
  'r1:eth2--r2:eth1',
  'r1:eth3--r3:eth1',
  'r2:eth2--r4:eth1',
  'r3:eth2--r4:eth2',
  'r4:eth3--lan:eth1',
  'r5:eth3--lan:eth2',
  'desk:eth1--lan:eth3',
  'desk2:eth1--lan:eth4',
];
const SOURCE = '10.1.1.10';
const BY_R2: Tables = {
  r1: [[SOURCE, 'eth1', 'eth2']],
  r2: [[SOURCE, 'eth1', 'eth2']],
  r3: [],
  r4: [
    ['*', 'eth2', 'eth3'],
    [SOURCE, 'eth1', 'eth3', 'pimreg'],
  ],
  r5: [],
};

async function ways(broken: Partial<Broken>, tables: Tables = BY_R2, links = LINKS): Promise<readonly FlowWay[]> {
  const hosts = ['feed', 'lan', 'desk', 'desk2'];
  const flow = { ...flowOf('publish', ['desk']), from: { node: 'feed', interface: 'eth1', address: SOURCE } };
  const view = fakeLab([...hosts, ...Object.keys(tables)], { links, flows: [flow] });
  const node = view.lab.node.bind(view.lab);
  view.lab.node = (name): LabNode => (hosts.includes(name) ? fakeNode(name, () => ({}), 'linux') : node(name));
  for (const [name, entries] of Object.entries(tables)) {
    view.drivers[name]!.set(
      'mroutes',
      entries.map(([source, iif, ...oifs]): DeviceFacts['mroutes'][number] => {
        return { source, group: flow.group, iif, oifs, installed: true, flags: '', packets: 1 };
      }),
    );
  }
  return waysOver(view, { nodes: [], endpoints: [], ...broken });
}
const goes = async (broken: Partial<Broken>, tables?: Tables): Promise<string> => (await ways(broken, tables))[0]!.goes;

describe('the ways of flows', () => {
  it('are followed from the receiver’s LAN to the source by the entries that carry the packets', async () => {
    expect(await ways({ nodes: ['r2'] })).to.deep.equal([
      { flow: 'publish', receiver: 'desk', goes: 'over', routers: ['r1', 'r2', 'r4'], problem: null },
    ]);
  });

  it('go over a node, and over a link by either of its ends', async () => {
    for (const nodes of [['r1'], ['r4'], ['feed'], ['desk'], ['r3', 'r2']])
      expect(await goes({ nodes })).to.equal('over');
    for (const end of ['r1:eth2', 'r2:eth1', 'r4:eth1', 'feed:eth1']) {
      expect(await goes({ endpoints: [end] }), end).to.equal('over');
    }
  });

  it('go beside what is not on them, where all of them is known', async () => {
    expect(await goes({ nodes: ['r3'] })).to.equal('beside');
    expect(await goes({ nodes: ['r5'] })).to.equal('beside');
    expect(await goes({ endpoints: ['r1:eth3', 'r4:eth2'] })).to.equal('beside');
  });

  it('are not known to go beside a part of a LAN', async () => {
    for (const nodes of [['lan'], ['desk2']]) expect(await goes({ nodes })).to.equal('unknown');
    expect(await goes({ endpoints: ['r5:eth3'] })).to.equal('unknown');
  });

  it('are unknown where they cannot be followed, and then over what was found on them so far', async () => {
    const broken: readonly (readonly [Tables, RegExp])[] = [
      [{ ...BY_R2, r4: [] }, /no router forwards publish to desk/],
      [{ ...BY_R2, r5: [[SOURCE, 'eth9', 'eth3']] }, /r5 and r4 forwards publish/],
      [{ ...BY_R2, r2: [] }, /r2 does not forward publish to r4/],
      [{ ...BY_R2, r2: [[SOURCE, 'lo', 'eth2']] }, /publish comes to r2 by lo/],
      [{ ...BY_R2, r2: [[SOURCE, 'eth2', 'eth2']], r4: [[SOURCE, 'eth1', 'eth3', 'eth1']] }, /lead in a circle/],
    ];
    for (const [tables, why] of broken) {
      const [way] = await ways({ nodes: ['r3'] }, tables);
      expect(way!.goes).to.equal('unknown');
      expect(way!.problem).to.match(why);
    }
    expect(await goes({ nodes: ['r4'] }, { ...BY_R2, r2: [] })).to.equal('over');
  });

  it('of receivers that join later are not told', async () => {
    const late = flowOf('late', ['desk']);
    const receivers = late.receivers.map((one) => ({ ...one, join: { when: 'after-fault' as const, offsetNs: 1 } }));
    const view = fakeLab(['feed', 'desk'], { flows: [{ ...late, receivers }] });
    expect(await waysOver(view, { nodes: ['feed'], endpoints: [] })).to.deep.equal([]);
  });
});
