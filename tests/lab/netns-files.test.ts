import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NetnsRuntime } from '../../src/runtime/netns/runtime.js';
import type { Lab, LabProgress } from '../../src/runtime/types.js';
import { topologyOf } from './netns-topologies.js';
import { eventually } from './netns-waiting.js';

const LAB = 'netns-files';

describe('files, programs and settings of nodes on the netns runtime', function () {
  this.timeout(60_000);
  const runtime = new NetnsRuntime();
  const dir = mkdtempSync(join(tmpdir(), 'netns-files-'));
  const progress: LabProgress[] = [];
  let lab: Lab;

  before(async () => {
    mkdirSync(join(dir, 'folder/below'), { recursive: true });
    writeFileSync(join(dir, 'config.sh'), 'ip addr add 10.5.0.9/24 dev eth1; echo "$COLOUR $1" > /configured\n');
    writeFileSync(join(dir, 'folder/below/file'), 'from the host\n');
    symlinkSync(join(dir, 'folder/below/file'), join(dir, 'shortcut'));
    writeFileSync(join(dir, 'secret.conf'), 'hostname secret\n');
    chmodSync(join(dir, 'secret.conf'), 0o600);
    const topology = topologyOf(
      LAB,
      {
        a: {
          binds: [
            'config.sh:/config.sh:ro',
            'folder:/opt/deep/er/folder',
            'config.sh:/etc/network/interfaces',
            'shortcut:/etc/localtime',
          ],
          env: { COLOUR: 'deep blue' },
          exec: ["bash /config.sh 'two words'", 'ip route del default', 'ip link show nothing'],
          sysctls: { 'net.ipv4.ip_forward': '0', 'net.ipv4.conf.eth1.rp_filter': '1', 'net.ipv4.tcp_syn_retries': '2' },
          cmd: 'sh -c "echo $0 started > /tmp/command; exec sleep 4001" it',
        },
        b: { binds: ['secret.conf:/etc/frr/frr.conf', 'folder:/etc/frr/more'] },
        c: { exec: ['ip addr add 10.5.0.3/24 dev eth1'] },
        'sw-1': { kind: 'bridge' },
      },
      ['a:eth1--sw-1:p1', 'b:eth1--sw-1:p2', 'c:eth1--sw-1:p3'],
      dir,
    );
    const links = topology.links.map((link, index) =>
      index === 1
        ? {
            ...link,
            mtu: 1400,
            endpoints: [
              { ...link.endpoints[0]!, ipv4: '10.5.0.2/24', ipv6: 'fd00:5::2/64', mac: '02:00:00:00:00:42' },
              link.endpoints[1]!,
            ],
          }
        : link,
    );
    lab = await runtime.up({ ...topology, links }, { onProgress: (step) => progress.push(step) });
  });
  after(async () => {
    await runtime.down(LAB);
    rmSync(dir, { recursive: true });
  });

  const sh = async (node: string, script: string): Promise<string> =>
    (await lab.node(node).exec(['sh', '-c', script], { allowFailure: true })).stdout.trim();

  it('binds files and folders, also where the host has no such place, read-only where told', async () => {
    expect(await sh('a', 'cat /opt/deep/er/folder/below/file /etc/network/interfaces | head -1')).to.equal(
      'from the host',
    );
    expect(await sh('a', 'cat /etc/localtime')).to.equal('from the host'); // by a symbolic link, over another one
    expect(await sh('a', 'echo x >> /config.sh || echo refused')).to.equal('refused');
    await sh('a', 'echo from the node > /opt/deep/er/folder/below/new');
    expect(readFileSync(join(dir, 'folder/below/new'), 'utf8')).to.equal('from the node\n');
  });

  it('copies what is bound into /etc/frr, for user frr, and leaves the file of the lab alone', async () => {
    expect(await sh('b', 'stat -c "%U %a" /etc/frr/frr.conf; cat /etc/frr/frr.conf /etc/frr/more/below/file')).to.equal(
      'frr 640\nhostname secret\nfrom the host',
    );
    await sh('b', 'echo changed > /etc/frr/frr.conf');
    expect(readFileSync(join(dir, 'secret.conf'), 'utf8')).to.equal('hostname secret\n');
    expect(await sh('a', 'ls /etc/frr')).to.equal('');
  });

  it('runs exec with the environment, split like a shell splits, in order; failures are told and stop nothing', async () => {
    expect(await sh('a', 'cat /configured')).to.equal('deep blue two words');
    const failed = progress.filter((step) => step.stage === 'exec-failed').map((step) => step.detail);
    expect(failed).to.have.length(2);
    expect(failed[0]).to.match(/^a: 'ip route del default' exited with 2: /);
    expect(failed[1]).to.match(/^a: 'ip link show nothing' exited with 1: /);
  });

  it('starts the command of a node, and lets nothing of its own environment into it', async () => {
    await eventually('the command', async () =>
      (await sh('a', 'cat /tmp/command')) === 'it started' ? { found: 1, seen: '' } : { seen: 'not yet' },
    );
    expect(await sh('a', 'env | cut -d= -f1 | sort | tr "\\n" " "')).to.equal(
      'CLAB_INTFS COLOUR HOME PATH PWD TERM USER',
    );
  });

  it('sets sysctls, of interfaces too', async () => {
    expect(
      await sh('a', 'sysctl -n net.ipv4.ip_forward net.ipv4.conf.eth1.rp_filter net.ipv4.tcp_syn_retries'),
    ).to.equal('0\n1\n2');
    expect(await sh('b', 'sysctl -n net.ipv4.ip_forward net.ipv4.conf.eth1.rp_filter')).to.equal('1\n0');
  });

  it("is its own host: name, processes, shared memory, and the lab's names", async () => {
    expect(await sh('c', 'hostname; cat /etc/hostname')).to.equal('c\nc');
    expect(await sh('c', 'ps -e -o pid= -o comm= | head -1')).to.equal('1 faultline-init');
    expect(await sh('c', 'grep -c . /etc/hosts; grep b$ /etc/hosts')).to.equal('5\n10.5.0.2\tb');
  });

  it('gives endpoints what they name, and links the MTU of containerlab unless told', async () => {
    expect(await sh('b', 'cat /sys/class/net/eth1/address /sys/class/net/eth1/mtu')).to.equal(
      '02:00:00:00:00:42\n1400',
    );
    expect(await sh('b', 'ip -br address show dev eth1')).to.contain('10.5.0.2/24 fd00:5::2/64');
    expect(await sh('a', 'cat /sys/class/net/eth1/mtu')).to.equal('9500');
  });

  it('joins the nodes at a bridge', async () => {
    expect(await sh('c', 'ping -c1 -W2 10.5.0.2 >/dev/null && ping -c1 -W2 10.5.0.9 >/dev/null && echo both')).to.equal(
      'both',
    );
    expect(await sh('sw-1', 'ls /sys/class/net/sw-1/brif | tr "\\n" " "')).to.equal('p1 p2 p3');
    expect(await sh('sw-1', 'cat /proc/net/if_inet6 | grep -v lo')).to.equal('');
  });

  it('takes the files from the root folder of an image where one was built', async () => {
    const root = join(dir, 'image, with: odd name');
    const copied = ['/usr/bin/dash', '/usr/bin/cat', '/usr/bin/ls', '/usr/bin/hostname'].flatMap((program) => [
      program,
      ...[...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map((match) => match[1]!),
    ]);
    for (const path of copied) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      copyFileSync(path, join(root, path));
    }
    mkdirSync(join(root, 'etc'));
    writeFileSync(join(root, 'etc/image-release'), 'built here\n');
    const images = new NetnsRuntime({ findImage: (name) => (name === 'own:1' ? { name, root } : undefined) });
    const nodes = { a: { image: 'own:1', binds: ['config.sh:/new/config.sh'] }, b: { image: 'other:1' } };
    const topology = topologyOf(`${LAB}-image`, nodes, [], dir);
    const up = await images.up(topology);
    try {
      const script = 'cat /etc/image-release /etc/hostname; ls / /new; echo made > /made';
      const { stdout } = await up.node('a').exec(['/usr/bin/dash', '-c', script]);
      expect(stdout.split('\n')).to.include.members(['built here', 'a', 'config.sh', 'usr']).and.not.include('home');
      expect(existsSync(join(root, 'made'))).to.equal(false);
      expect((await up.node('b').exec(['ls', '/home', '/bin/sh'])).exitCode).to.equal(0);
      expect((await up.node('a').software()).detail).to.contain('root folder of own:1');
    } finally {
      await images.down(`${LAB}-image`);
    }
  });

  it('reads a file of the node through its symbolic links, not through those of the host', async () => {
    await sh('a', 'mkdir -p /run/here && echo inside > /run/here/file && ln -s /run/here /link');
    expect((await lab.node('a').readFile('/var/run/here/file')).toString()).to.equal('inside\n');
    expect((await lab.node('a').readFile('/link/../here/file')).toString()).to.equal('inside\n');
  });
});
