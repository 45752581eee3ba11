import { expect } from 'chai';
import { hostsFile, nodeAddresses } from '../../../../src/runtime/netns/hosts-file.js';
import { formatFields, parseFields } from '../../../../src/runtime/netns/init-plan.js';
import { linkBatch } from '../../../../src/runtime/netns/link-batch.js';
import { featuresOfCommand, neededFeatures } from '../../../../src/runtime/netns/needs.js';
import { hostSubmounts } from '../../../../src/runtime/netns/submounts.js';
import { supportOf } from '../../../../src/runtime/netns/supported.js';
import { topologyOf } from '../../../lab/netns-topologies.js';

describe('addresses for /etc/hosts', () => {
  const frrConf =
    'hostname r\ninterface eth1\n ip address 10.0.0.9/24\n!\ninterface lo\n ip address 10.255.0.9/32\n!\nrouter ospf\n';
  const topology = topologyOf('lab', {
    self: {},
    router: { driver: 'frr' },
    host: { exec: ['ip link set eth1 up', 'ip -4 address add dev eth1 10.0.0.7/24'] },
    unknown: {},
    managed: { mgmtIpv4: '172.20.20.5' },
    lan: { kind: 'bridge' },
  });
  it('come from what the nodes configure', () => {
    const addresses = nodeAddresses(topology, (node) => (node.name === 'router' ? frrConf : undefined));
    expect(hostsFile(topology, 'self', addresses).split('\n').slice(2)).to.deep.equal([
      '127.0.1.1\tself',
      '10.255.0.9\trouter',
      '10.0.0.7\thost',
      '# unknown: no address known',
      '172.20.20.5\tmanaged',
      '',
    ]);
  });
});

describe('fields of the start program', () => {
  it('come through whatever is in them', () => {
    const fields = ['file', 'a\tb\nc%09d\r', '', 'grüße', '%'];
    expect(formatFields(fields)).not.to.match(/[\n\r]/);
    expect(parseFields(formatFields(fields))).to.deep.equal(fields);
  });
});

describe('linkBatch', () => {
  it('names the namespaces and makes all links with MTU and MAC address', () => {
    const topology = topologyOf('lab', { a: {}, b: {} }, ['a:eth1--b:eth2']);
    const text = linkBatch(
      topology,
      { a: 'clab-lab-a', b: 'clab-lab-b' },
      new Map([
        ['a', 10],
        ['b', 11],
      ]),
    );
    const [first, second, link] = text.split('\n');
    expect([first, second]).to.deep.equal(['netns attach clab-lab-a 10', 'netns attach clab-lab-b 11']);
    expect(link).to.match(
      /^link add name eth1 netns clab-lab-a address aa:\S+ mtu 9500 type veth peer name eth2 netns clab-lab-b address aa:\S+ mtu 9500$/,
    );
  });
});

describe('kernel features', () => {
  for (const [line, features] of [
    ['ip link add bond0 type bond mode 802.3ad', ['bond']],
    ['ip link add link eth1 name eth1.10 type vlan id 10', ['vlan']],
    ['ip link add red type vrf table 10', ['vrf']],
    ['tc qdisc add dev eth1 root netem delay 10ms', ['netem']],
    ['sh -c "ip link add vx type vxlan id 1 && sysctl -w net.mpls.platform_labels=100"', ['vxlan', 'mpls']],
    ['ip route add 10.0.0.0/8 encap mpls 100 via inet 10.0.0.1', ['mpls']],
    ['ip link set eth1 type bond_slave', []],
    ['# ip link add x type bond', []],
    ['echo type bond', []],
  ] as const) {
    it(`of '${line}': ${features.join(', ') || 'none'}`, () => expect(featuresOfCommand(line)).to.deep.equal(features));
  }

  it('are found in links, bridges, commands, scripts that are bound and named, sysctls and daemons', () => {
    const topology = topologyOf(
      'lab',
      {
        r: { driver: 'frr', binds: ['daemons:/etc/frr/daemons'] },
        h: {
          binds: ['up.sh:/up.sh', 'other.sh:/other.sh'],
          exec: ['bash /up.sh'],
          sysctls: { 'net.mpls.conf.eth1.input': '1' },
        },
        lan: { kind: 'bridge' },
      },
      ['r:eth1--lan:p1'],
    );
    const needs = neededFeatures(
      topology,
      (_node, path) =>
        ({
          '/etc/frr/daemons': 'pimd=yes\n',
          '/up.sh': 'set -e\nip link add b type bond\n',
          '/other.sh': 'ip link add v type vrf',
        })[path],
    );
    expect(Object.fromEntries(needs)).to.deep.equal({
      veth: 'link r:eth1--lan:p1',
      'multicast-routing': 'node r: pimd',
      bond: 'node h: /up.sh: ip link add b type bond',
      mpls: 'node h: sysctls',
      bridge: 'node lan',
    });
  });
});

describe('hostSubmounts', () => {
  it("takes disks, outer ones first, and leaves out what a node has of its own, others' machinery and files", () => {
    const line = (point: string, type: string): string =>
      `36 35 98:0 / ${point} rw,noatime shared:1 - ${type} /dev/x rw`;
    const text = [
      line('/', 'ext4'),
      line('/home/deep', 'xfs'),
      line('/home', 'ext4'),
      line('/proc', 'proc'),
      line('/run', 'tmpfs'),
      line('/run/netns', 'tmpfs'),
      line('/etc/hosts', 'ext4'),
      line('/var/lib/docker/overlay2/x', 'ext4'),
      line('/with\\040space', 'btrfs'),
      line('/snapfile', 'squashfs'),
      line('/home', 'ext4'),
    ].join('\n');
    expect(hostSubmounts(text, (path) => path !== '/etc/hosts')).to.deep.equal(['/home', '/with space', '/home/deep']);
  });
});

describe('supportOf', () => {
  it('refuses by name what would change a lab, and notes what does not', () => {
    const found = supportOf(
      topologyOf('lab', {
        a: {
          other: { memory: '1Gb', stages: { create: {} }, 'network-mode': 'none', 'env-files': [] },
        },
        b: { privileged: false, other: { 'network-mode': 'container:x', 'never-heard-of': 1 } },
      }),
    );
    expect(found.refused.map((line) => line.replace(/^hand-made:1:1: /, ''))).to.deep.equal([
      "node a: 'stages' is not supported by the netns runtime",
      "node b: 'network-mode' is not supported by the netns runtime",
      "node b: 'never-heard-of' is not supported by the netns runtime",
      "node b: 'privileged: false' is not supported by the netns runtime",
    ]);
    expect(found.notes.map((note) => note.split(' is')[0])).to.deep.equal([
      "a: 'memory'",
      "a: 'network-mode'",
      "a: 'env-files'",
    ]);
  });

  it('refuses links that are none between two nodes', () => {
    const topology = topologyOf('lab', { a: {} }, ['a:eth1--ghost:eth1']);
    const links = [
      ...topology.links,
      {
        ...topology.links[0]!,
        id: 'a:eth2--host:x',
        type: 'host' as const,
        endpoints: [{ node: 'a', interface: 'eth2' }],
      },
    ];
    expect(supportOf({ ...topology, links }).refused).to.deep.equal([
      'hand-made:1:1: link a:eth1--ghost:eth1: there is no node ghost',
      'hand-made:1:1: link a:eth2--host:x: links of type host are not supported by the netns runtime',
    ]);
  });
});
