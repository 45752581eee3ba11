import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readTopology } from '../../src/topology/read.js';
import { renderLab } from '../../topologies/stock-exchange-wan/render.js';

const folder = fileURLToPath(new URL('../../topologies/stock-exchange-wan/', import.meta.url));

describe('stock-exchange-wan files', () => {
  const rendered = renderLab();

  it('are what network.yml says', () => {
    for (const [path, content] of rendered) expect(readFileSync(join(folder, path), 'utf8'), path).to.equal(content);
  });

  it('has no others', () => {
    const found = ['configs', 'daemons'].flatMap((name) =>
      readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name))),
    );
    expect(found).to.have.members([...rendered.keys()].filter((path) => !path.endsWith('.clab.yml')));
  });

  it('describe the links of the topology, and no others', () => {
    const topology = readTopology(join(folder, 'stock-exchange-wan.clab.yml'));
    const peers = new Map(
      topology.links.flatMap(({ endpoints: [a, b] }) => [
        [`${a!.node} ${a!.interface}`, `${b!.node} ${b!.interface}`] as const,
        [`${b!.node} ${b!.interface}`, `${a!.node} ${a!.interface}`] as const,
      ]),
    );
    for (const [path, content] of rendered) {
      if (!path.endsWith('frr.conf')) continue;
      const router = path.split('/').at(-2)!;
      for (const [, name, peer] of content.matchAll(/^interface (eth\d+)\n description (\S+ eth\d+)$/gm)) {
        expect(peers.get(`${router} ${name}`), `${path} ${name}`).to.equal(peer);
      }
    }
  });

  it('give no address to two interfaces, but those that are shared on purpose', () => {
    const shared = ['10.255.255.1/32', '10.10.0.1/24', '10.20.0.1/24', '172.16.30.1/24'];
    const owners = new Map<string, string[]>();
    for (const [path, content] of rendered) {
      if (!path.startsWith('configs/tuned/') || !path.endsWith('frr.conf')) continue;
      for (const [, address] of content.matchAll(/^ ip address (\S+)$/gm)) {
        owners.set(address!, [...(owners.get(address!) ?? []), path]);
      }
    }
    const several = [...owners].filter(([, paths]) => paths.length > 1).map(([address]) => address);
    expect(several).to.have.members(shared);
  });
});
