import { expect } from 'chai';
import { findDr, findRp } from '../../../src/device/roles.js';
import type { DeviceFacts } from '../../../src/device/types.js';
import { fakeLab, type FakeLab } from './support.js';

const RP = '10.255.255.1';
const GROUP = '239.1.1.1';

function interfaces(...entries: readonly (readonly [name: string, address: string])[]): DeviceFacts['interfaces'] {
  return entries.map(([name, address]) => ({ name, up: true, carrier: true, addresses: [address] }));
}
function rpInfo(way: string, isThisRouter = false): DeviceFacts['rp-info'] {
  return [{ rp: RP, groups: '239.0.0.0/8', interface: way, isThisRouter, source: 'Static' }];
}
function hop(nexthop: string, name: string): DeviceFacts['route-to'][number] {
  return { prefix: `${RP}/32`, protocol: 'ospf', nexthop, interface: name };
}
function joined(iif: string, rpfNeighbor: string): DeviceFacts['pim-upstream'] {
  return [{ source: '*', group: GROUP, iif, state: 'Joined', rpfNeighbor, sptBit: false }];
}

/** edge reaches core1 and core2, which share the RP address, over mid1 and mid2 and over direct equal paths. */
function diamond(): FakeLab {
  const lab = fakeLab(['edge', 'mid', 'core1', 'core2'], {
    links: ['edge:eth1--core1:eth1', 'edge:eth2--core2:eth1', 'edge:eth3--mid:eth1', 'mid:eth2--core2:eth2'],
  });
  lab.drivers['edge']!.set(
    'interfaces',
    interfaces(['eth1', '10.0.1.2/30'], ['eth2', '10.0.2.2/30'], ['eth3', '10.0.3.2/30']),
  )
    .set('rp-info', rpInfo('eth1'))
    .set('pim-upstream', [])
    .set('route-to', [hop('10.0.1.1', 'eth1'), hop('10.0.2.1', 'eth2')]);
  lab.drivers['mid']!.set('interfaces', interfaces(['eth1', '10.0.3.1/30'], ['eth2', '10.0.4.2/30']))
    .set('rp-info', rpInfo('eth2'))
    .set('pim-upstream', [])
    .set('route-to', [hop('10.0.4.1', 'eth2')]);
  lab.drivers['core1']!.set('interfaces', interfaces(['lo', `${RP}/32`], ['eth1', '10.0.1.1/30']));
  lab.drivers['core2']!.set(
    'interfaces',
    interfaces(['lo', `${RP}/32`], ['eth1', '10.0.2.1/30'], ['eth2', '10.0.4.1/30']),
  );
  return lab;
}

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  return 'no failure';
}

describe('findRp', () => {
  it('takes the way that PIM chose among equal paths', async () => {
    const found = await findRp(diamond(), GROUP, 'edge');
    expect(found.address).to.equal(RP);
    expect(found.owners).to.deep.equal(['core1', 'core2']);
    expect(found.candidates).to.deep.equal(['core1']);
  });

  it('takes the way of the join before any other', async () => {
    const lab = diamond();
    lab.drivers['edge']!.set('pim-upstream', joined('eth2', '10.0.2.1'));
    expect((await findRp(lab, GROUP, 'edge')).candidates).to.deep.equal(['core2']);
  });

  it('goes hop by hop', async () => {
    const lab = diamond();
    lab.drivers['edge']!.set('pim-upstream', joined('eth3', '10.0.3.1'));
    expect((await findRp(lab, GROUP, 'edge')).candidates).to.deep.equal(['core2']);
  });

  it('says all where equal paths leave it open', async () => {
    const lab = diamond();
    lab.drivers['edge']!.set('rp-info', rpInfo(''));
    expect((await findRp(lab, GROUP, 'edge')).candidates).to.have.members(['core1', 'core2']);
  });

  it('follows the link where the next hop is nobody else’s address', async () => {
    const lab = diamond();
    lab.drivers['edge']!.set('route-to', [{ ...hop('', 'eth2'), nexthop: null }]).set('rp-info', rpInfo('eth2'));
    expect((await findRp(lab, GROUP, 'edge')).candidates).to.deep.equal(['core2']);
  });

  it('is the router itself where that owns the address', async () => {
    const lab = diamond();
    lab.drivers['core1']!.set('rp-info', rpInfo('lo', true));
    expect((await findRp(lab, GROUP, 'core1')).candidates).to.deep.equal(['core1']);
  });

  it('keeps questions and answers as evidence, silent devices too', async () => {
    const lab = diamond();
    lab.drivers['core2']!.set('interfaces', new Error('no answer'));
    const found = await findRp(lab, GROUP, 'edge');
    expect(found.owners).to.deep.equal(['core1']);
    expect(found.evidence).to.deep.include({ node: 'edge', asked: 'rp-info', answer: rpInfo('eth1') });
    expect(found.evidence).to.deep.include({ node: 'core2', asked: 'interfaces', answer: { error: 'no answer' } });
    expect(JSON.parse(JSON.stringify(found))).to.deep.equal(found);
  });

  it('fails with what was answered', async () => {
    const lab = diamond();
    expect(await failure(findRp(lab, '232.1.1.1', 'edge'))).to.match(/no RP for 232\.1\.1\.1[\s\S]*edge, rp-info: \[/);
    lab.drivers['edge']!.set('route-to', []);
    expect(await failure(findRp(lab, GROUP, 'edge'))).to.match(/no way leads from edge to 10\.255\.255\.1/);
    lab.drivers['core1']!.set('interfaces', []);
    lab.drivers['core2']!.set('interfaces', []);
    expect(await failure(findRp(lab, GROUP, 'edge'))).to.match(/no router owns 10\.255\.255\.1/);
  });

  it('ends where routes go in a circle', async () => {
    const lab = diamond();
    lab.drivers['edge']!.set('pim-upstream', joined('eth3', '10.0.3.1'));
    lab.drivers['mid']!.set('pim-upstream', joined('eth1', '10.0.3.2'));
    expect(await failure(findRp(lab, GROUP, 'edge'))).to.match(/no way leads/);
  });
});

describe('findDr', () => {
  function lan(seenByA: string, seenByB: string): FakeLab {
    const lab = fakeLab(['a', 'b', 'far', 'desk']);
    const pim = (address: string): DeviceFacts['pim-interfaces'] => [
      { interface: 'eth3', address: '', designatedRouter: address, isDesignatedRouter: false },
    ];
    lab.drivers['a']!.set('interfaces', interfaces(['eth3', '10.2.2.2/24'])).set('pim-interfaces', pim(seenByA));
    lab.drivers['b']!.set('interfaces', interfaces(['eth3', '10.2.2.3/24'])).set('pim-interfaces', pim(seenByB));
    lab.drivers['far']!.set('interfaces', interfaces(['eth3', '10.9.9.1/24'])).set('pim-interfaces', pim('10.9.9.1'));
    lab.drivers['desk']!.set('interfaces', interfaces(['eth1', '10.2.2.11/24']));
    return lab;
  }

  it('finds the routers of a receiver’s LAN and whom they call DR', async () => {
    const found = await findDr(lan('10.2.2.3', '10.2.2.3'), ['desk:eth1']);
    expect(found).to.deep.include({ address: '10.2.2.3', node: 'b', interface: 'eth3', routers: ['a:eth3', 'b:eth3'] });
  });

  it('takes routers’ own endpoints as well', async () => {
    expect((await findDr(lan('10.2.2.2', '10.2.2.2'), ['a:eth3', 'b:eth3'])).node).to.equal('a');
  });

  it('fails where they disagree, nobody answers or the DR is unknown', async () => {
    expect(await failure(findDr(lan('10.2.2.2', '10.2.2.3'), ['desk:eth1']))).to.match(/disagree on the DR/);
    expect(await failure(findDr(lan('10.2.2.9', '10.2.2.9'), ['desk:eth1']))).to.match(/owns 10\.2\.2\.9, their DR/);
    expect(await failure(findDr(lan('10.2.2.2', '10.2.2.2'), ['desk:eth7']))).to.match(/desk:eth7 has no IPv4 address/);
    const silent = lan('', '');
    silent.drivers['a']!.set('pim-interfaces', new Error('pimd is not running'));
    silent.drivers['b']!.set('pim-interfaces', []);
    expect(await failure(findDr(silent, ['desk:eth1']))).to.match(
      /no router with PIM answers[\s\S]*pimd is not running/,
    );
  });

  it('goes by the routers that answer', async () => {
    const lab = lan('10.2.2.3', '10.2.2.3');
    lab.drivers['a']!.set('pim-interfaces', new Error('pimd is not running'));
    expect((await findDr(lab, ['desk:eth1'])).routers).to.deep.equal(['b:eth3']);
  });
});
