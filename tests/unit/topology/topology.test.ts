import path from 'node:path';
import { expect } from 'chai';
import { findLink, parseEndpoint, dataInterfaces } from '../../../src/topology/find.js';
import { linuxInterface } from '../../../src/topology/kinds.js';
import { readTopology } from '../../../src/topology/read.js';
import { resolveTopology } from '../../../src/topology/resolve.js';
import type { Topology, TopologyNode } from '../../../src/topology/types.js';

const TOPOLOGIES = path.resolve('tests/fixtures/topologies');
const read = (name: string, env: Record<string, string> = {}): Topology =>
  readTopology(path.join(TOPOLOGIES, name), { env });
const nodeOf = (topology: Topology, name: string): TopologyNode => topology.nodes.find((node) => node.name === name)!;

describe('a lab of three FRR routers', () => {
  const lab = read('three-routers/three-routers.clab.yml');
  const folder = path.join(TOPOLOGIES, 'three-routers');

  it('has its nodes in the order of the file, with their drivers', () => {
    expect(lab).to.include({ name: 'three-routers', prefix: undefined, dir: folder });
    expect(lab.nodes.map(({ name, kind, driver }) => [name, kind, driver])).to.deep.equal([
      ['r1', 'linux', 'frr'],
      ['r2', 'linux', 'frr'],
      ['r3', 'linux', 'frr'],
      ['h1', 'linux', 'linux'],
      ['h2', 'linux', 'linux'],
    ]);
  });
  it('has binds with absolute paths', () => {
    const binds = nodeOf(lab, 'r2').binds.map(({ hostPath, nodePath, readOnly }) => ({ hostPath, nodePath, readOnly }));
    expect(binds).to.deep.equal([
      { hostPath: path.join(folder, 'r2/daemons'), nodePath: '/etc/frr/daemons', readOnly: false },
      { hostPath: path.join(folder, 'r2/frr.conf'), nodePath: '/etc/frr/frr.conf', readOnly: false },
    ]);
    expect(nodeOf(lab, 'r2').binds[1]!.source).to.include({ line: 23, column: 11 });
  });
  it('has its links', () => {
    expect(lab.links[1]).to.deep.include({
      id: 'r1:eth2--r3:eth1',
      type: 'veth',
      mtu: undefined,
      endpoints: [
        { node: 'r1', interface: 'eth2' },
        { node: 'r3', interface: 'eth1' },
      ],
    });
    expect(dataInterfaces(lab, 'r1')).to.deep.equal(['eth1', 'eth2', 'eth3']);
  });
  it('finds links by id, by one end and by both in either order', () => {
    for (const ref of ['r1:eth2--r3:eth1', 'r3:eth1--r1:eth2', 'r1:eth2', 'r3:eth1']) {
      expect(findLink(lab, ref)?.id, ref).to.equal('r1:eth2--r3:eth1');
    }
    for (const ref of ['r1:eth2--r3:eth2', 'r1:eth9', 'r1', 'r1:eth2--r1:eth2', '']) {
      expect(findLink(lab, ref), ref).to.equal(undefined);
    }
  });
});

describe('inheritance', () => {
  const lab = read('inheritance.clab.yml');
  const [plain, own, edge1, vmx] = ['plain', 'own', 'edge1', 'vmx'].map((name) => nodeOf(lab, name)) as [
    TopologyNode,
    TopologyNode,
    TopologyNode,
    TopologyNode,
  ];

  it('takes the most specific value: node, group, kind, defaults', () => {
    expect([plain, own, edge1, vmx].map(({ image }) => image)).to.deep.equal([
      // A null node has the group of the defaults only, as containerlab has it: not that of its kind.
      'example.net/base:1',
      'example.net/own:3',
      'frrouting/frr:10.3',
      'example.net/vjunos:24',
    ]);
    expect(own).to.include({ cmd: 'sleep infinity', group: 'servers', mgmtIpv4: '172.30.0.9' });
    expect(plain).to.include({ cmd: undefined, group: undefined });
    expect(edge1).to.include({ user: 'frr', group: 'more-routers', driver: 'frr' });
    expect(lab.prefix).to.equal('');
  });
  it('merges maps key by key, as text', () => {
    expect(own.env).to.deep.equal({ LEVEL: 'node', ONLY_DEFAULTS: 'yes', VERSION: '1.10', ONLY_KIND: '' });
    expect(plain.env['LEVEL']).to.equal('kind');
    expect(edge1.sysctls).to.deep.equal({ 'net.ipv4.ip_forward': '1' });
    expect([plain.role, edge1.role]).to.deep.equal(['host', '']);
    expect(edge1.labels).to.include({ site: 'lab' });
  });
  it('appends exec, least specific first, and drops what is there already', () => {
    expect(own.exec).to.deep.equal(['echo defaults', 'echo twice', 'echo kind', 'echo group', 'echo node']);
  });
  it('merges binds by their path in the node', () => {
    const binds = own.binds.map(({ hostPath, nodePath, readOnly }) => [
      path.relative(TOPOLOGIES, hostPath),
      nodePath,
      readOnly,
    ]);
    expect(binds).to.deep.equal([
      ['three-routers/r2/daemons', '/etc/daemons', true],
      ['three-routers/r1', '/srv', false],
    ]);
  });
  it('keeps what faultline does not use', () => {
    expect(own.other).to.deep.equal({
      'startup-delay': 3,
      'cap-add': ['NET_ADMIN', 'SYS_TIME'],
      config: { vars: { asn: 65000 } },
      cpu: 1.5,
      aliases: ['me'],
    });
  });
  it('knows Junos by its kind, and any driver by its label', () => {
    expect(vmx.driver).to.equal('junos');
    expect(vmx.startupConfig).to.equal(path.join(TOPOLOGIES, 'three-routers/r1/frr.conf'));
    expect(nodeOf(lab, 'bgp').driver).to.equal('exabgp');
  });
});

describe('links', () => {
  const lab = read('links.clab.yml');
  const link = (id: string) => lab.links.find((one) => one.id === id)!;

  it('has every form', () => {
    expect(lab.links.map(({ id, type }) => [id, type])).to.deep.equal([
      ['a:eth1--b:eth1', 'veth'],
      ['a:eth2--j:ge-0/0/0', 'veth'],
      ['a:eth3--host:veth-a', 'host'],
      ['b:eth2--macvlan:enp0s3', 'macvlan'],
      ['b:eth3--mgmt-net:mg1', 'mgmt-net'],
      ['br:p1--j:eth2', 'veth'],
      ['srl:ethernet-1/1--a:eth4', 'veth'],
      ['a:eth5--b:eth5', 'veth'],
      ['a:dummy0', 'dummy'],
      ['b:eth6--host:veth-b', 'host'],
      ['b:eth7', 'vxlan'],
    ]);
  });
  it('has mtu, labels, addresses and the rest', () => {
    const first = link('a:eth1--b:eth1');
    expect(first).to.deep.include({ mtu: 1400, labels: { cable: '7' }, other: { vars: { color: 'red' } } });
    expect(first.endpoints.map(({ ipv4 }) => ipv4)).to.deep.equal(['192.0.2.1/30', '192.0.2.2/30']);
    expect(link('a:eth5--b:eth5').endpoints).to.deep.equal([
      { node: 'a', interface: 'eth5', mac: '02:00:00:00:00:05', ipv4: '198.51.100.1/24' },
      { node: 'b', interface: 'eth5', ipv6: '2001:db8::5/64' },
    ]);
    expect(link('b:eth7').other).to.deep.equal({ remote: '203.0.113.9', vni: 100, 'dst-port': 4789 });
  });
  it('calls ports by their name in the namespace', () => {
    expect(link('a:eth2--j:ge-0/0/0').endpoints[1]!.interface).to.equal('eth1');
    expect(link('srl:ethernet-1/1--a:eth4').endpoints[0]!.interface).to.equal('e1-1');
    expect(findLink(lab, 'j:ge-0/0/0')?.id).to.equal('a:eth2--j:ge-0/0/0');
    expect(parseEndpoint(lab, 'j:xe-0/0/1')).to.deep.equal({ node: 'j', interface: 'eth2' });
    expect(dataInterfaces(lab, 'b')).to.not.include('eth3');
  });
  for (const [kind, written, inside] of [
    ['juniper_vjunosrouter', 'ge-0/0/9', 'eth10'],
    ['vr-vmx', 'xe-0/0/0', 'eth1'],
    ['juniper_cjunosevolved', 'et-0/0/0', 'eth4'],
    ['cisco_csr1000v', 'Gi2', 'eth1'],
    ['cisco_n9kv', 'Ethernet1/3', 'eth3'],
    ['mikrotik_ros', 'ether2', 'eth1'],
    ['srl', 'e1-2-1', 'e1-2-1'],
    ['linux', 'bond0.7', 'bond0.7'],
  ] as const) {
    it(`${kind} ${written} is ${inside}`, () => expect(linuxInterface(kind, written)).to.deep.equal({ name: inside }));
  }
  it('ports that a kind does not have are refused', () => {
    expect(linuxInterface('cisco_csr1000v', 'Gi1')).to.have.property('problem');
    expect(linuxInterface('juniper_vmx', 'eth0')).to.have.property('problem');
  });
});

describe('environment and magic variables', () => {
  const home = TOPOLOGIES;
  const lab = read('environment.clab.yml', { HOME: home, IMAGE_BASE: 'example.net', SET: '', EMPTY: '' });
  const node = lab.nodes[0]!;

  it('expands the text before it is read', () => {
    expect(lab.name).to.equal('env');
    expect(node.image).to.equal('example.net/frr:8.4');
    expect(node.env).to.deep.equal({ WITH: 'other', WITHOUT: '<>', KEPT: '$UNSET', BRACED: '$UNSET', EMPTY: '$EMPTY' });
    expect(node.exec[0]).to.equal("sh -c 'for i in 1 2; do echo $i $i $1 none; done'");
    expect(read('environment.clab.yml', { HOME: home, LAB_NAME: 'other', IMAGE_BASE: 'x' }).name).to.equal('other');
  });
  it('replaces magic variables', () => {
    const folder = path.join(TOPOLOGIES, 'clab-env');
    expect(node.exec[1]).to.equal(`echo a clab-env ${folder}/a ${folder}`);
  });
  it('resolves binds', () => {
    expect(node.binds.map(({ hostPath, nodePath }) => [hostPath, nodePath])).to.deep.equal([
      [path.join(TOPOLOGIES, 'three-routers/r1/frr.conf'), '/etc/frr/frr.conf'],
      [`${home}/`, '/home/user'],
      [path.join(TOPOLOGIES, 'clab-env/topology-data.json'), '/lab.json'],
    ]);
  });
  it('tells places in the file as it was written', () => {
    const text = 'name: ${NAME}\ntopology:\n  nodes:\n    ${A}: { kind: ${K:=linux}, foo: 1 }\n';
    const env = { NAME: 'a-rather-long-name', A: 'x' };
    const { issues } = resolveTopology(text, '/t/t.clab.yml', { env, exists: () => true });
    expect(issues.map(({ line, column, message }) => [line, column, message])).to.deep.equal([
      [4, 32, 'unknown key `foo` in `topology.nodes.x`'],
    ]);
  });
});
