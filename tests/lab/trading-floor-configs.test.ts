import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readTopology } from '../../src/topology/read.js';
import { renderConfigs } from '../../topologies/trading-floor/render.js';

const folder = fileURLToPath(new URL('../../topologies/trading-floor/', import.meta.url));

describe('trading-floor configurations', () => {
  const rendered = renderConfigs();

  it('are what network.yml says', () => {
    for (const [path, content] of rendered) expect(readFileSync(join(folder, path), 'utf8'), path).to.equal(content);
  });

  it('has no other files', () => {
    const found = readdirSync(join(folder, 'configs'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
    expect(found).to.have.members([...rendered.keys()]);
  });

  it('describe the links of the topology, and no others', () => {
    const topology = readTopology(join(folder, 'trading-floor.clab.yml'));
    const linked = topology.links.flatMap(({ endpoints: [a, b] }) => [
      `${a!.node} ${a!.interface} ${b!.node} ${b!.interface}`,
      `${b!.node} ${b!.interface} ${a!.node} ${a!.interface}`,
    ]);
    for (const [path, content] of rendered) {
      const router = path.split('/').at(-2)!;
      const ports = content.matchAll(/^interface (eth\d+)\n description (.*)$/gm);
      const described = [...ports].map(([, name, peer]) => `${router} ${name} ${peer}`);
      const core = linked.filter((link) => link.startsWith(`${router} `) && !link.includes('-lan'));
      expect(
        described.filter((line) => !line.includes('LAN of')),
        path,
      ).to.have.members(core);
    }
  });
});
