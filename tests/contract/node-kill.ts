import { expect } from 'chai';
import type { KillMode, Lab, Runtime } from '../../src/runtime/types.js';
import type { Topology } from '../../src/topology/types.js';
import { eventually } from '../lab/netns-waiting.js';

/** A lab for it: a and b on either side of mid, which routes and has renamed its second interface (to `uplink`, unless told). */
export function killText(name: string, image: string, uplink = 'uplink'): string {
  const renaming = ['ip link set eth2 down', `ip link set eth2 name ${uplink}`, `ip link set ${uplink} up`];
  return [
    `name: ${name}`,
    'topology:',
    `  defaults: { kind: linux, image: "${image}", sysctls: { net.ipv4.ip_forward: 1 } }`,
    '  nodes:',
    '    a: { exec: ["ip address add 10.1.0.2/24 dev eth1", "ip route add 10.2.0.0/24 via 10.1.0.1"] }',
    '    mid:',
    '      exec:',
    ...(uplink === 'eth2' ? [] : renaming).map((line) => `        - ${line}`),
    '        - ip address add 10.1.0.1/24 dev eth1',
    `        - ip address add 10.2.0.1/24 dev ${uplink}`,
    '    b: { exec: ["ip address add 10.2.0.2/24 dev eth1", "ip route add 10.1.0.0/24 via 10.2.0.1"] }',
    '  links:',
    '    - endpoints: ["a:eth1", "mid:eth1"]',
    '    - endpoints: ["mid:eth2", "b:eth1"]',
    '',
  ].join('\n');
}

/** What the neighbours of a dead node see, the same on every runtime whose labs are real. Takes the lab down. */
export function nodeKillContract(make: () => Runtime, topology: () => Topology): void {
  let runtime: Runtime;
  let lab: Lab;
  before(async () => {
    runtime = make();
    lab = await runtime.up(topology());
    await passes(true);
  });
  after(() => runtime.down(topology().name));

  const pings = async (): Promise<boolean> =>
    (await lab.node('a').exec(['ping', '-c', '1', '-W', '1', '10.2.0.2'], { allowFailure: true })).exitCode === 0;
  const passes = (wanted: boolean): Promise<number> =>
    eventually(`packets through mid to be ${wanted ? 'forwarded' : 'lost'}`, async () =>
      (await pings()) === wanted ? { found: 1, seen: '' } : { seen: wanted ? 'no answer' : 'an answer' },
    );
  /** Number, carrier, address and neighbour-seen state of the far end: what a neighbour can tell. */
  const end = async (
    node: string,
  ): Promise<{ readonly index: number; readonly carrier: boolean; readonly up: boolean }> => {
    const { stdout } = await lab.node(node).execOutside(['ip', '-json', 'link', 'show', 'dev', 'eth1']);
    const [row] = JSON.parse(stdout) as [{ readonly ifindex: number; readonly flags: readonly string[] }];
    return { index: row.ifindex, carrier: row.flags.includes('LOWER_UP'), up: row.flags.includes('UP') };
  };

  const seen: Readonly<Record<KillMode, { readonly carrier: boolean; readonly forwards: boolean }>> = {
    'carrier-down': { carrier: false, forwards: false },
    'carrier-silent': { carrier: true, forwards: false },
    'dataplane-keep': { carrier: true, forwards: true },
  };
  for (const [mode, { carrier, forwards }] of Object.entries(seen)) {
    it(`${mode}: ${carrier ? 'carrier stays' : 'no carrier'}, packets are ${forwards ? 'forwarded' : 'lost'}; boot brings the same links back`, async () => {
      const before = [await end('a'), await end('b')];
      await lab.node('mid').kill(mode as KillMode);
      expect(await lab.node('mid').state()).to.equal('dead');
      expect(await lab.node('mid').processes()).to.deep.equal([]);
      expect(await pings(), 'forwarded').to.equal(forwards);
      for (const [at, node] of ['a', 'b'].entries()) {
        expect(await end(node), node).to.deep.equal({ index: before[at]!.index, carrier, up: true });
      }
      await lab.node('mid').boot();
      expect([await end('a'), await end('b')]).to.deep.equal(before);
      await passes(true);
    });
  }

  it('another process boots what this one has killed', async () => {
    await lab.node('mid').kill('carrier-silent');
    const other = await make().attach(topology().name);
    expect(await other.node('mid').state()).to.equal('dead');
    expect((await runtime.list()).find((one) => one.name === lab.name)?.nodes.map((node) => node.state)).to.deep.equal([
      'running',
      'dead',
      'running',
    ]);
    await other.node('mid').boot();
    await passes(true);
    expect(await lab.node('mid').state()).to.equal('running');
  });
}
