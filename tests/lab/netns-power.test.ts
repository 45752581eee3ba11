import { expect } from 'chai';
import { NetnsRuntime } from '../../src/runtime/netns/runtime.js';
import type { Lab } from '../../src/runtime/types.js';
import { topologyOf } from './netns-topologies.js';
import { eventually } from './netns-waiting.js';

const LAB = 'netns-power';

/** a – mid – b; mid routes. It also makes things of its own that a boot has to clear away. */
const TOPOLOGY = topologyOf(
  LAB,
  {
    a: { exec: ['ip addr add 10.1.0.2/24 dev eth1', 'ip route add 10.2.0.0/24 via 10.1.0.1'] },
    mid: {
      exec: [
        'ip addr add 10.1.0.1/24 dev eth1',
        'ip link set eth2 down',
        'ip link set eth2 name uplink',
        'ip link set uplink up',
        'ip addr add 10.2.0.1/24 dev uplink',
        'ip link add br5 type bridge',
        'ip link add v1 type veth peer name v2',
        'ip link set v1 master br5',
        'ip rule add to 10.9.0.0/16 lookup 77 priority 500',
        'ip -6 rule add to fd00:9::/32 lookup 77 priority 501',
        'ip route add blackhole 10.9.0.0/16 table 77',
        'nft add table inet filter5',
        'sysctl -w net.ipv4.conf.uplink.arp_ignore=1',
      ],
      cmd: "sh -c 'while :; do echo tick >> /tmp/ticks; sleep 0.02; done'",
    },
    b: { exec: ['ip addr add 10.2.0.2/24 dev eth1', 'ip route add 10.1.0.0/24 via 10.2.0.1'] },
  },
  ['a:eth1--mid:eth1', 'mid:eth2--b:eth1'],
);

describe('a node that is killed, booted and paused on the netns runtime', function () {
  this.timeout(120_000);
  const runtime = new NetnsRuntime();
  let lab: Lab;
  const carrier = async (node: string): Promise<string> =>
    (await lab.node(node).exec(['cat', '/sys/class/net/eth1/carrier'])).stdout.trim();
  const pings = async (): Promise<boolean> =>
    (await lab.node('a').exec(['ping', '-c', '1', '-W', '1', '10.2.0.2'], { allowFailure: true })).exitCode === 0;
  /** Everything of mid's network that a boot has to restore, without what the kernel numbers anew. */
  const network = async (): Promise<string> => {
    const shown: string[] = [];
    for (const argv of [
      ['ip', '-br', 'link'],
      ['ip', '-br', 'address'],
      ['ip', '-4', 'route', 'show', 'table', 'all'],
      ['ip', '-6', 'route', 'show', 'table', 'all'],
      ['ip', '-4', 'rule'],
      ['ip', '-6', 'rule'],
      ['nft', 'list', 'ruleset'],
      ['sysctl', '--all', '--pattern', '^net[.]ipv[46][.]conf[.](eth1|uplink)'], // one of them cannot be read
    ]) {
      shown.push(argv.join(' '), (await lab.node('mid').execOutside(argv, { allowFailure: true })).stdout);
    }
    const random = /^(\S*(?:br5|v1|v2).*|.*stable_secret.*)$/gm; // link-layer addresses that the kernel draws
    return shown
      .join('\n')
      .replace(random, '')
      .replace(/@if\d+/g, '');
  };
  const ticks = async (): Promise<number> => (await lab.node('mid').readFile('/tmp/ticks')).length;
  const grows = async (): Promise<void> => {
    const from = await ticks();
    await eventually('the node to go on', async () =>
      (await ticks()) > from ? { found: 1, seen: '' } : { seen: 'no tick' },
    );
  };

  before(async () => {
    lab = await runtime.up(TOPOLOGY);
  });
  after(() => runtime.down(LAB));

  it('carrier-down: the neighbours lose carrier; boot restores everything as at first', async () => {
    expect(await pings()).to.equal(true);
    const before = await network();
    await lab.node('mid').execOutside(['ip', 'address', 'add', '10.77.0.1/24', 'dev', 'eth1']);
    await lab.node('mid').execOutside(['tc', 'qdisc', 'add', 'dev', 'eth1', 'root', 'pfifo', 'limit', '5']);
    await lab.node('mid').kill('carrier-down');
    expect(await lab.node('mid').processes()).to.deep.equal([]);
    expect([await carrier('a'), await carrier('b')]).to.deep.equal(['0', '0']);
    await lab.node('mid').boot();
    expect([await carrier('a'), await carrier('b')]).to.deep.equal(['1', '1']);
    expect(await network()).to.equal(before);
    expect((await lab.node('mid').exec(['tc', 'qdisc', 'show', 'dev', 'eth1'])).stdout).to.contain('noqueue');
    expect(await pings()).to.equal(true);
    await grows();
  });

  it('carrier-silent: links stay up and nothing passes, in either direction', async () => {
    const before = await network();
    await lab.node('mid').kill('carrier-silent');
    expect([await carrier('a'), await carrier('b')]).to.deep.equal(['1', '1']);
    expect(await pings()).to.equal(false);
    expect(
      (await lab.node('a').exec(['ping', '-c', '1', '-W', '1', '10.1.0.1'], { allowFailure: true })).exitCode,
    ).to.equal(1);
    await lab.node('mid').boot();
    expect(await network()).to.equal(before);
    expect(await pings()).to.equal(true);
  });

  it('dataplane-keep: no process is left and the kernel forwards on', async () => {
    await lab.node('mid').kill('dataplane-keep');
    expect(await lab.node('mid').state()).to.equal('dead');
    expect([await carrier('a'), await carrier('b')]).to.deep.equal(['1', '1']);
    expect(await pings()).to.equal(true);
    await lab.node('mid').boot();
    expect(await pings()).to.equal(true);
  });

  it('pause: no process runs, forwarding goes on; resume leaves alone what stood before', async () => {
    const mid = lab.node('mid');
    const sleeper = await mid.spawn(['sleep', '1000']);
    const inside = await eventually('the program to be there', async () => {
      const found = (await mid.processes()).find((one) => one.argv.join(' ') === 'sleep 1000');
      return found === undefined ? { seen: 'not there' } : { found, seen: '' };
    });
    const state = async (): Promise<string> =>
      (await lab.node('a').execOutside(['ps', '-o', 'stat=', '-p', String(inside.pid)])).stdout;
    process.kill(inside.pid, 'SIGSTOP');
    await eventually('it to stand', async () => ({
      seen: await state(),
      ...((await state()).startsWith('T') ? { found: 1 } : {}),
    }));
    await mid.pause();
    const from = await ticks();
    expect(await pings()).to.equal(true); // takes longer than a tick
    expect(await ticks()).to.equal(from);
    await mid.resume();
    await grows();
    expect(await state()).to.match(/^T/);
    await sleeper.stop('SIGKILL');
  });

  it('ends the program of a call that is given up, also inside the node', async () => {
    await lab
      .node('a')
      .exec(['sleep', '1234'], { timeoutMs: 300 })
      .catch(() => undefined);
    await eventually('the program to be gone', async () => {
      const left = (await lab.node('a').processes()).filter((one) => one.argv.includes('1234'));
      return left.length === 0 ? { found: 1, seen: '' } : { seen: `${left.length} left` };
    });
  });
});
