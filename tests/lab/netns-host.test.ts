import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../src/process/command.js';

const CHILD = fileURLToPath(new URL('./netns-host-child.ts', import.meta.url));
const FRR_CONF = fileURLToPath(new URL('../fixtures/labs/frr01/router1/frr.conf', import.meta.url));

type Look = Readonly<Record<string, unknown>>;

describe('the host under a lab of the netns runtime', function () {
  this.timeout(180_000);
  let seen: { readonly before: Look; readonly during: Look; readonly after: Look };
  const frrConf = readFileSync(FRR_CONF, 'utf8');

  before(async () => {
    const argv = ['unshare', '--net', '--mount', process.execPath, '--import', 'tsx', CHILD];
    seen = JSON.parse((await runCommand(argv, { timeoutMs: 170_000 })).stdout) as typeof seen;
  });

  it('has the same links, addresses, routes, rules, sysctls, nftables rules and mounts while the lab is up', () => {
    for (const what of ['links', 'addresses', 'routes', 'rules', 'sysctls', 'nft', 'hostname', 'etcFrr', 'tmp']) {
      expect(seen.during[what], what).to.deep.equal(seen.before[what]);
    }
    const mounts = (look: Look): string[] => String(look['mounts']).split('\n');
    const added = mounts(seen.during).filter((line) => !mounts(seen.before).includes(line));
    expect(
      added.every((line) => / \/run\/netns\/clab-netns-host-\w+ .* - nsfs /.test(line)),
      added.join('\n'),
    ).to.equal(true);
    expect(added).to.have.length(6);
  });

  it('shows what the lab is made of while it is up', () => {
    expect(String(seen.during['namespaces'])).to.contain('clab-netns-host-router1');
    expect(seen.during['processes']).to.include('faultline-init clab-netns-host-router1');
  });

  it('is exactly as before when the lab is down', () => {
    for (const [what, value] of Object.entries(seen.before)) expect(seen.after[what], what).to.deep.equal(value);
  });

  it("keeps the lab's own files and the host's as they were, whatever is written in a node", () => {
    expect(readFileSync(FRR_CONF, 'utf8')).to.equal(frrConf);
    for (const path of ['/touched', '/usr/touched']) expect(existsSync(path), path).to.equal(false);
  });
});
