import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { resolveTopology } from '../../src/topology/resolve.js';
import { ContainerlabProgram, type Graph } from './program.js';

/** The files of the examples that containerlab itself cannot read here; faultline may or may not. */
const NEEDS_MORE_HERE = /no such host|Link not found|Failed to fetch/;

describe('topology files as `containerlab graph` reads them', function () {
  this.timeout(120_000);
  const program = new ContainerlabProgram();
  after(() => program.remove());

  const corpus = resolve('tests/fixtures/topologies/corpus');
  for (const file of topologiesIn(corpus))
    it(file, () => compare(join(corpus, file), { CORPUS_SET: 'set', CORPUS_EMPTY: '' }));

  for (const file of topologiesIn(program.examples)) {
    it(`containerlab's own ${file}`, () => compare(join(program.examples, file), {}));
  }

  async function compare(file: string, env: Record<string, string>): Promise<void> {
    const graph = await program.graph(file, env);
    const { topology, issues } = resolveTopology(readFileSync(file, 'utf8'), file, {
      env: { ...process.env, ...env },
      exists: existsSync,
    });
    const said = issues.map(({ message }) => message).join('\n');
    if (typeof graph === 'string') {
      if (!NEEDS_MORE_HERE.test(graph)) expect(topology, `containerlab refuses it: ${graph}`).to.equal(undefined);
      return;
    }
    expect(topology, said).not.to.equal(undefined);
    const nodes = topology!.nodes.map(({ name, kind, image, group }) => [name, kind, image ?? '', group ?? '']);
    expect(nodes.sort()).to.deep.equal(nodesOf(graph));
    // The graph has the ends of a link as the file writes them: a port's own name, `ge-0/0/0`.
    // What a macvlan is on is an interface of the host's.
    const links = topology!.links
      .filter((link) => link.endpoints.length === 2)
      .map(({ id }) => id.replace('macvlan:', 'host:').split('--').sort().join('--'));
    expect(links.sort()).to.deep.equal(linksOf(graph));
  }
});

function topologiesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /clab\.ya?ml$/.test(file))
    .sort();
}

function nodesOf({ nodes = [] }: Graph): string[][] {
  return nodes.map(({ name, kind, image, group }) => [name, kind, image ?? '', group ?? '']).sort();
}

function linksOf({ links = [] }: Graph): string[] {
  return links
    .map((link) =>
      [`${link.source}:${link.source_endpoint}`, `${link.target}:${link.target_endpoint}`].sort().join('--'),
    )
    .sort();
}
