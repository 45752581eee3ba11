import { expect } from 'chai';
import type { DeviceFacts } from '../../../src/device/types.js';
import { dfDeath } from '../../../src/fault/df-death.js';
import { esiLinkLoss } from '../../../src/fault/esi-link-loss.js';
import { sessionClear } from '../../../src/fault/session-clear.js';
import { sourceDeath } from '../../../src/fault/source-death.js';
import type { Fault } from '../../../src/fault/types.js';
import { fakeLab, flowOf, type FakeLab, type FakePrograms } from '../device/support.js';

const LINKS = ['edge:eth1--we1:eth1', 'edge:eth2--we2:eth1', 'feed:eth1--edge:eth3'];
const segment = (more: Partial<DeviceFacts['evpn-segments'][number]>): DeviceFacts['evpn-segments'] => [
  { ...{ id: '03:01', interface: 'es1', up: true, forwarder: false, peers: ['10.0.0.9'] }, ...more },
];

/** An edge with a bundle to we1 and we2; `seenOn`: the ports on which a capture finds the flow. */
function lab(forwarders: readonly string[], seenOn: readonly string[] = []): FakeLab {
  const programs: FakePrograms = (argv) => {
    if (argv.includes('tcpdump')) return { exitCode: seenOn.includes(argv[argv.indexOf('-i') + 1]!) ? 0 : 124 };
    if (argv.includes('master')) return { stdout: '[{"ifname":"eth1"},{"ifname":"eth2"}]' };
    return { stdout: '[{"master":"es1"}]' };
  };
  const view = fakeLab(['edge', 'feed', 'we1', 'we2'], { links: LINKS, programs, flows: [flowOf('a', ['rx'])] });
  for (const node of ['we1', 'we2']) {
    view.drivers[node]!.set('evpn-segments', segment({ forwarder: forwarders.includes(node) }));
  }
  return view;
}

async function summary(view: FakeLab, fault: Fault<never>, options: unknown): Promise<string> {
  const checked = fault.schema.parse(options);
  const resolved = await fault.resolve(view, checked);
  expect(JSON.parse(JSON.stringify(resolved)), 'plain data').to.deep.equal(resolved);
  return resolved.summary;
}

async function failure(view: FakeLab, fault: Fault<never>, options: unknown): Promise<string> {
  return summary(view, fault, options).then(
    (text) => expect.fail(`resolved: ${text}`),
    (error: unknown) => (error as Error).message,
  );
}

describe('esi-link-loss', () => {
  const fault = esiLinkLoss as unknown as Fault<never>;
  const silent = { bundle: 'edge:es1', carrier: 'silent' };

  it('finds the port to the designated forwarder, and the other one', async () => {
    expect(await summary(lab(['we2']), fault, { ...silent, member: 'of-forwarder' })).to.match(/^edge:eth2 .* to we2 /);
    expect(await summary(lab(['we2']), fault, { ...silent, member: 'of-other' })).to.match(/^edge:eth1 .* to we1 /);
  });

  it('finds the port that carries a flow by its packets', async () => {
    const options = { ...silent, member: 'of-flow', flow: 'a' };
    expect(await summary(lab(['we1'], ['eth2']), fault, options)).to.match(/^edge:eth2 .*not the designated forwarder/);
    expect(await failure(lab(['we1'], []), fault, options)).to.contain('on no port');
    expect(await failure(lab(['we1'], ['eth1', 'eth2']), fault, options)).to.contain('on eth1 and eth2');
  });

  it('fails where nobody, or everybody, is designated forwarder', async () => {
    expect(await failure(lab([]), fault, { ...silent, member: 'of-forwarder' })).to.contain('no single port');
    expect(await failure(lab(['we1', 'we2']), fault, { ...silent, member: 'of-forwarder' })).to.contain('no single');
  });

  it('takes `flow` with `of-flow` only, and `end` with a carrier that goes', () => {
    const taken = (options: object): boolean => fault.schema.safeParse({ ...silent, ...options }).success;
    expect(taken({ member: 'of-flow' })).to.equal(false);
    expect(taken({ member: 'of-other', flow: 'a' })).to.equal(false);
    expect(taken({ member: 'of-other', end: 'router' })).to.equal(false);
    expect(taken({ member: 'of-other', end: 'router', carrier: 'down' })).to.equal(true);
  });
});

describe('df-death', () => {
  const fault = dfDeath as unknown as Fault<never>;
  const options = { among: ['we1', 'we2'], carrier: 'down' };

  it('kills the designated forwarder', async () => {
    expect(await summary(lab(['we2']), fault, options)).to.match(/^we2 killed.*segment 03:01/);
  });
  it('fails where there is none, or two', async () => {
    expect(await failure(lab([]), fault, options)).to.contain('not exactly one');
    expect(await failure(lab(['we1', 'we2']), fault, options)).to.contain('not exactly one');
  });
});

describe('source-death', () => {
  const fault = sourceDeath as unknown as Fault<never>;
  it('silences the port that the source is cabled to', async () => {
    expect(await summary(lab(['we1']), fault, { flow: 'a' })).to.equal(
      'feed, source of a, falls silent (edge:eth3 drops everything)',
    );
    expect(await failure(lab(['we1']), fault, { flow: 'b' })).to.contain('no flow b');
  });
});

describe('session-clear', () => {
  const fault = sessionClear as unknown as Fault<never>;
  const view = (): FakeLab => {
    const made = lab(['we1']);
    const bgp = (peer: string, family: string): DeviceFacts['bgp-peers'][number] => ({
      ...{ peer, family, state: 'Established', prefixesReceived: 1 },
    });
    made.drivers['we1']!.set('bgp-peers', [bgp('10.0.0.1', 'vpn'), bgp('10.0.0.1', 'evpn'), bgp('10.0.0.2', 'vpn')]);
    made.drivers['we1']!.set('ldp-neighbors', [{ id: '10.0.0.3', state: 'OPERATIONAL' }]);
    return made;
  };

  it('clears all sessions, each once, or the one that is named', async () => {
    const all = await fault.resolve(view(), { node: 'we1', protocol: 'bgp' } as never);
    expect(all.target).to.deep.equal({ node: 'we1', commands: ['clear bgp 10.0.0.1', 'clear bgp 10.0.0.2'] });
    const one = await fault.resolve(view(), { node: 'we1', protocol: 'ldp', peer: '10.0.0.3' } as never);
    expect(one.target).to.deep.equal({ node: 'we1', commands: ['clear mpls ldp neighbor 10.0.0.3'] });
  });
  it('fails where there is no such session', async () => {
    const options = { node: 'we1', protocol: 'ldp', peer: '10.0.0.1' };
    expect(await failure(view(), fault, options)).to.contain('it has: 10.0.0.3');
  });
});
