import { expect } from 'chai';
import { cpSync, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fullNodeName } from '../../src/runtime/netns/names.js';
import { readTopology } from '../../src/topology/read.js';
import type { Topology, TopologyNode } from '../../src/topology/types.js';
import { ContainerlabProgram } from './program.js';

/** What the files of the corpus find in the environment. */
const ENV = { CORPUS_SET: 'set', CORPUS_EMPTY: '' };
const FILES = ['levels', 'variables', 'links', 'stages', 'configs'];
/** All that containerlab knows about a lab once it is deployed, in this form. */
const TEMPLATE = `{
  "nodes": {{ ToJSON .NodeConfigs }},
  "links": [{{ range $i, $l := .Clab.Links }}{{ if $i }},{{ end }}
    { "type": "{{ $l.GetType }}", "mtu": {{ $l.GetMTU }}, "vars": {{ ToJSON $l.GetVars }}, "ends": [
      {{- range $j, $e := $l.GetEndpoints }}{{ if $j }},{{ end }}
      { "node": "{{ $e.GetNode.GetShortName }}", "interface": "{{ $e.GetIfaceName }}", "mac": "{{ $e.GetMac }}",
        "ipv4": "{{ if $e.GetIPv4Addr.IsValid }}{{ $e.GetIPv4Addr }}{{ end }}",
        "ipv6": "{{ if $e.GetIPv6Addr.IsValid }}{{ $e.GetIPv6Addr }}{{ end }}" }{{ end }}] }{{ end }}
  ]
}`;

type Fields = Readonly<Record<string, unknown>>;
interface Export {
  readonly nodes: Readonly<Record<string, Fields>>;
  readonly links: readonly {
    readonly type: string;
    readonly mtu: number;
    readonly vars: unknown;
    readonly ends: readonly Readonly<Record<'node' | 'interface' | 'mac' | 'ipv4' | 'ipv6', string>>[];
  }[];
}

/** What containerlab sets itself, whatever the file says. */
const OWN_ENV = /^(CLAB_|NO_PROXY$|no_proxy$)/;
const OWN_LABEL = /^(clab-|containerlab$|graph-)/;
const OWN_SYSCTL = 'net.ipv6.conf.all.disable_ipv6';
/** What containerlab takes where neither the file nor faultline says anything. */
const DEFAULT_LINK_MTU = 9500;

describe('a corpus of topology files, by containerlab itself and by faultline', function () {
  this.timeout(300_000);
  const program = new ContainerlabProgram();
  const dir = join(realpathSync(program.dir), 'corpus');

  before(() => {
    cpSync('tests/fixtures/topologies/corpus', dir, { recursive: true });
    writeFileSync(join(program.dir, 'export.tmpl'), TEMPLATE);
  });
  after(() => program.remove());

  for (const name of FILES) {
    it(`${name}: the two agree on every node and every link`, async () => {
      const file = join(dir, `${name}.clab.yml`);
      const topology = readTopology(file, { env: { ...process.env, ...ENV } });
      // The lab's folder lies beside its file: that is what the magic variables name.
      const env = { ...ENV, CLAB_LABDIR_BASE: '' };
      const template = join(program.dir, 'export.tmpl');
      const args = ['deploy', '--topo', file, '--export-template', template, '--log-level', 'warn'];
      const end = await program.run(args, env);
      const exported = join(dir, `clab-${topology.name}`, 'topology-data.json');
      const text = existsSync(exported) ? readFileSync(exported, 'utf8') : '';
      const destroyed = await program.run(['destroy', '--topo', file, '--cleanup', '--log-level', 'warn'], env);
      expect(end.failed, end.log).to.equal(false);
      expect(destroyed.failed, destroyed.log).to.equal(false);
      const told = JSON.parse(text) as Export;

      expect(Object.keys(told.nodes).sort()).to.deep.equal(topology.nodes.map((node) => node.name).sort());
      for (const node of topology.nodes) {
        const theirs = told.nodes[node.name]!;
        expect(ours(topology, node), node.name).to.deep.equal(theirsOf(theirs, node.mgmtIpv4 !== undefined));
      }
      expect(linksOf(topology)).to.deep.equal(theirLinks(told));
    });
  }
});

/** Of one node, what the two must have alike; absent, empty and the like are the same thing. */
function ours(topology: Topology, node: TopologyNode): Fields {
  const { other } = node;
  return said({
    longname: fullNodeName(topology, topology.name, node.name),
    kind: node.kind,
    image: node.image,
    group: node.group,
    cmd: node.cmd,
    entrypoint: node.entrypoint,
    user: node.user,
    exec: node.exec,
    env: { ...node.env, ...envFiles(other['env-files']) },
    labels: node.labels,
    sysctls: node.sysctls,
    binds: node.binds.map((bind) => `${bind.hostPath}:${bind.nodePath}${bind.readOnly ? ':ro' : ''}`).sort(),
    'startup-config': node.startupConfig,
    mgmt: node.mgmtIpv4,
    'cap-add': sorted(other['cap-add']),
    memory: other['memory'],
    cpu: other['cpu'],
    aliases: other['aliases'],
    delay: other['startup-delay'],
    network: other['network-mode'],
    restart: other['restart-policy'] ?? (node.kind === 'linux' ? 'always' : undefined),
    stages: stagesOf(other['stages']),
  });
}

/** @param isFixed whether the file says the address in the management network; Docker draws it else */
function theirsOf(node: Fields, isFixed: boolean): Fields {
  const without = (value: unknown, drop: RegExp | string): Fields =>
    Object.fromEntries(
      Object.entries((value ?? {}) as Fields).filter(
        ([key]) => !(drop instanceof RegExp ? drop.test(key) : drop === key),
      ),
    );
  return said({
    longname: node['longname'],
    kind: node['kind'],
    image: node['image'],
    group: node['group'],
    cmd: node['cmd'],
    entrypoint: node['entrypoint'],
    user: node['user'],
    exec: node['exec'],
    env: without(node['env'], OWN_ENV),
    labels: without(node['labels'], OWN_LABEL),
    sysctls: without(node['sysctls'], OWN_SYSCTL),
    binds: sorted(node['binds']),
    'startup-config': node['startup-config'],
    mgmt: isFixed ? node['mgmt-ipv4-address'] : undefined,
    'cap-add': sorted(node['cap-add']),
    memory: node['memory'],
    cpu: node['cpu'],
    aliases: node['aliases'],
    delay: node['startup-delay'],
    network: node['networkmode'],
    restart: node['restart-policy'],
    stages: stagesOf(node['stages']),
  });
}

/** Stages with what they say, under one spelling of their keys. */
function stagesOf(value: unknown): unknown {
  const plain = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(plain);
    if (one === null || typeof one !== 'object') return one;
    const entries = Object.entries(one).map(([key, item]): [string, unknown] => [
      key
        .toLowerCase()
        .replaceAll('-', '')
        .replace(/^execs$/, 'exec')
        .replace(/^stagebase$/, ''),
      plain(item),
    ]);
    const [inner] = entries.filter(([key]) => key === '').map(([, item]) => item as Fields);
    const own = said(Object.fromEntries(entries.filter(([key]) => key !== '')));
    return { ...own, ...(inner ?? {}) };
  };
  const all = said((plain(value) ?? {}) as Fields);
  return Object.fromEntries(Object.entries(all).filter(([, stage]) => Object.keys(stage as Fields).length > 0));
}

function linksOf(topology: Topology): readonly string[] {
  return topology.links
    .map((link) =>
      JSON.stringify([
        link.mtu ?? DEFAULT_LINK_MTU,
        link.other?.['vars'] ?? {},
        link.endpoints
          .map(({ node, interface: name, mac, ipv4, ipv6 }) => [node, name, mac ?? '', ipv4 ?? '', ipv6 ?? ''])
          .sort(),
      ]),
    )
    .sort();
}

function theirLinks({ links }: Export): readonly string[] {
  return links
    .map((link) =>
      JSON.stringify([
        link.mtu,
        link.vars ?? {},
        link.ends
          .map(({ node, interface: name, mac, ipv4, ipv6 }) => [
            // It names the management network's bridge, of which Docker draws the name.
            /^br-[0-9a-f]{12}$/.test(node) ? 'mgmt-net' : node,
            name,
            // containerlab draws one where the file has none
            mac.startsWith('aa:c1:ab') ? '' : mac,
            ipv4,
            ipv6,
          ])
          .sort(),
      ]),
    )
    .sort();
}

function envFiles(files: unknown): Readonly<Record<string, string>> {
  const paths = (files ?? []) as readonly string[];
  const base = 'tests/fixtures/topologies/corpus';
  const lines = paths.flatMap((path) => readFileSync(join(base, path), 'utf8').split('\n'));
  return Object.fromEntries(
    lines.filter((line) => line.includes('=')).map((line) => line.split('=') as [string, string]),
  );
}

function sorted(value: unknown): readonly unknown[] {
  return [...((value ?? []) as readonly unknown[])].sort();
}

/** Without what says nothing. */
function said(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined &&
        value !== null &&
        value !== '' &&
        value !== 0 &&
        value !== false &&
        (typeof value !== 'object' || Object.keys(value).length > 0),
    ),
  );
}
