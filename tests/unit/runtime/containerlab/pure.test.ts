import { expect } from 'chai';
import { LabError } from '../../../../src/core/errors.js';
import { firstOfTar, tarOf } from '../../../../src/runtime/containerlab/archive.js';
import { forwarding } from '../../../../src/runtime/containerlab/check.js';
import { cgroupFilesOf } from '../../../../src/runtime/containerlab/cgroups.js';
import { failedExec, progressOf, removedContainer } from '../../../../src/runtime/containerlab/deploy-log.js';
import { compareVersions } from '../../../../src/runtime/containerlab/docker.js';
import { parseInspect } from '../../../../src/runtime/containerlab/inspect.js';
import { isVirtualMachine } from '../../../../src/runtime/containerlab/kinds.js';
import { tail } from '../../../../src/runtime/containerlab/program.js';
import { renamedTopology } from '../../../../src/runtime/containerlab/renamed-file.js';
import type { HostFinding } from '../../../../src/runtime/types.js';
import { resolveTopology } from '../../../../src/topology/resolve.js';

const container = (lab: string, node: string): Record<string, string> => ({
  lab_name: lab,
  labPath: 'x.clab.yml',
  name: `clab-${lab}-${node}`,
  container_id: '7f28d67b0f68',
  image: 'frr:1',
  kind: 'linux',
  state: 'running',
  ipv4_address: '172.20.20.2/24',
  ipv6_address: 'N/A',
});

describe('a host that does not forward', () => {
  const routers = (sysctls: string): readonly HostFinding[] => {
    const text = `name: x\ntopology:\n  nodes:\n    r1: { kind: linux, image: "frr:1"${sysctls} }\n    h: { kind: linux, image: host }\n`;
    return forwarding(false, resolveTopology(text, 'x.clab.yml', { env: {}, exists: () => true }).topology);
  };
  it('is told with the routers that would not route, and with what to do', () => {
    const [finding, ...more] = routers('');
    expect(more).to.deep.equal([]);
    expect(finding).to.include({ what: 'ip_forward', state: 'note' });
    expect(finding!.detail).to.match(/: r1 may route nothing$/);
    expect(finding!.hint).to.contain('sysctl -w net.ipv4.ip_forward=1');
  });
  it('is nothing where the topology says it, or nobody routes', () => {
    expect(routers(', sysctls: { net.ipv4.ip_forward: 1 }')).to.deep.equal([]);
    expect(routers(', sysctls: { net.ipv4.conf.all.forwarding: 1 }')).to.deep.equal([]);
    expect(routers(', sysctls: { net.ipv4.ip_forward: 0 }')).to.have.length(1);
  });
  it('is told without a topology too; one that forwards is in order', () => {
    expect(forwarding(false)[0]!.detail).to.contain('containers may route nothing');
    expect(forwarding(true)).to.deep.equal([
      { what: 'ip_forward', state: 'ok', detail: 'this host forwards IPv4, so containers begin with that' },
    ]);
  });
});

describe('what containerlab inspect prints', () => {
  const wanted = {
    lab: 'x',
    topologyFile: 'x.clab.yml',
    fullName: 'clab-x-a',
    containerId: '7f28d67b0f68',
    image: 'frr:1',
    kind: 'linux',
    state: 'running',
    ipv4: '172.20.20.2/24',
    ipv6: '',
    owner: '',
  };

  it('since 0.68: a list by lab, several labs at once', () => {
    const text = JSON.stringify({
      x: [{ ...container('x', 'a'), absLabPath: '/labs/x.clab.yml', owner: 'me' }],
      y: [container('y', 'b')],
    });
    expect(parseInspect(text)).to.deep.equal([
      { ...wanted, topologyFile: '/labs/x.clab.yml', owner: 'me' },
      { ...wanted, lab: 'y', fullName: 'clab-y-b' },
    ]);
  });
  it('before: one list', () => {
    const text = JSON.stringify({ containers: [container('x', 'a'), container('y', 'b')] });
    expect(parseInspect(text).map(({ lab, fullName }) => `${lab} ${fullName}`)).to.deep.equal([
      'x clab-x-a',
      'y clab-y-b',
    ]);
    expect(parseInspect(JSON.stringify({ containers: [container('x', 'a')] }))).to.deep.equal([wanted]);
  });
  it('no labs', () => {
    for (const text of ['', '\n', '{}', '{"containers": []}']) expect(parseInspect(text)).to.deep.equal([]);
  });
  it('anything else is said to be not understood', () => {
    for (const text of ['no labs', '3', 'null', '{"x": 3}', '{"x": [{}]}', '{"x": ["a"]}']) {
      expect(() => parseInspect(text), text).to.throw(LabError, 'not understood');
    }
  });
});

describe('lines of containerlab’s log', () => {
  it('tell what becomes of each node', () => {
    expect(progressOf('23:40:54 INFO Creating container name=a')).to.deep.equal({ stage: 'container', node: 'a' });
    expect(progressOf('23:40:55 INFO Created link: a:eth1 ▪┄┄▪ b:eth1')).to.deep.equal({
      stage: 'link',
      detail: 'a:eth1 – b:eth1',
    });
    expect(
      progressOf('23:40:55 INFO Executed command node=b command="ip addr add 10.0.0.2/24 dev eth1" stdout=""'),
    ).to.deep.equal({ stage: 'exec', node: 'b', detail: 'ip addr add 10.0.0.2/24 dev eth1' });
    expect(removedContainer('23:41:54 INFO Removed container name=clab-x-a')).to.equal('clab-x-a');
    expect(removedContainer('23:41:54 INFO Removing host entries path=/etc/hosts')).to.equal(undefined);
    expect(progressOf('23:40:55 INFO Adding host entries path=/etc/hosts')).to.equal(undefined);
  });
  it('tell of a command that failed', () => {
    const line =
      '23:40:55 ERRO Failed to execute command command="ip \\"x\\"" node=a rc=1 stdout="" stderr="no\\nsuch"';
    expect(failedExec(line)).to.deep.equal({ stage: 'exec-failed', detail: 'a: \'ip "x"\' exited with 1: no\nsuch' });
  });
  it('leave the complaints where it failed', () => {
    const log = ['1:2 INFO Containerlab started', '1:2 WARN no luck', '', '   ERROR  ', '  the reason'];
    expect(tail(log)).to.equal('1:2 WARN no luck\n  the reason');
    expect(tail(['1:2 INFO Containerlab started'])).to.equal('1:2 INFO Containerlab started');
  });
});

describe('a topology file for a lab of another name', () => {
  const text = `
name: first
prefix: ""
mgmt: { network: own, ipv4-subnet: 172.31.0.0/24 }
topology:
  defaults: { kind: linux, image: "\${IMAGE:=frr:1.10}", env: { VERSION: 1.10, TEXT: "a: b", NONE: } }
  groups:
    r: { binds: [ "daemons:/etc/frr/daemons:ro", "/abs:/abs", "~/home:/home", "__clabNodeDir__/x:/x" ] }
  nodes:
    a: { group: r, privileged: false, startup-config: conf/a.cfg, license: lic.txt }
    b: { exec: [ "sh -c 'echo $$HOME $UNSET'" ], startup-config: "line 1\\nline 2" }
    c:
  links:
    - endpoints: ["a:eth1", "b:eth1"]
      mtu: 1500
`;
  const renamed = renamedTopology(text, '/labs/first.clab.yml', {
    labName: 'second',
    env: { IMAGE: '' },
    home: '/home/me',
  });
  const resolve = (source: string, file: string): ReturnType<typeof resolveTopology> =>
    resolveTopology(source, file, { env: { HOME: '/home/me' }, exists: () => true });

  it('has that name, and a prefix with the name in it', () => {
    const { topology, issues } = resolve(renamed, '/run/x/second.clab.yml');
    expect(issues).to.deep.equal([]);
    expect(topology).to.include({ name: 'second', prefix: '__lab-name' });
  });
  it('means the same in another folder', () => {
    const places = (key: string, value: unknown): unknown => (key === 'source' ? undefined : value);
    const before = resolve(text, '/labs/first.clab.yml').topology!;
    const after = resolve(renamed, '/run/x/second.clab.yml').topology!;
    const inLabFolder = (json: string): string =>
      json
        .replaceAll('/labs/lic.txt', 'lic.txt')
        .replaceAll('/labs/clab-first', '<lab>')
        .replaceAll('/run/x/clab-second', '<lab>');
    const plain = (value: unknown): string => inLabFolder(JSON.stringify(value, places, 1));
    expect(plain(after.nodes)).to.equal(plain(before.nodes));
    expect(plain(after.links)).to.equal(plain(before.links));
    expect(after.nodes[0]!.binds.map((bind) => bind.hostPath)).to.include('/labs/daemons');
  });
  it('keeps what faultline knows nothing of, numbers as they were written, and variables of shells', () => {
    expect(renamed).to.contain('mgmt: {network: own, ipv4-subnet: 172.31.0.0/24}');
    expect(renamed)
      .to.contain('VERSION: 1.10')
      .and.contain('TEXT: "a: b"')
      .and.contain('mtu: 1500')
      .and.contain('NONE: null');
    expect(renamed).to.contain("echo $$HOME $$UNSET'").and.contain('privileged: false');
  });
});

describe('files for containers', () => {
  it('are archives that are read back', () => {
    for (const path of ['/a', '/etc/frr/frr.conf', `/${'long/'.repeat(40)}name`]) {
      const entry = firstOfTar(tarOf(path, 'grüße\n', 0o644, 1_700_000_000));
      expect(entry).to.deep.include({ type: 'file' });
      expect(entry!.data.toString('utf8')).to.equal('grüße\n');
    }
    expect(() => tarOf(`/${'x'.repeat(101)}`, '', 0o644, 0)).to.throw(LabError, 'too long');
    expect(firstOfTar(Buffer.alloc(1024))).to.equal(undefined);
    expect(() => firstOfTar(tarOf('/a', 'x'.repeat(600), 0o644, 0).subarray(0, 700))).to.throw(LabError, 'ended early');
  });
  it('are what tar itself makes of them', async () => {
    const { execFileSync } = await import('node:child_process');
    const listed = execFileSync('tar', ['-tvf', '-'], { input: tarOf('/etc/x', 'abc', 0o640, 0), env: { TZ: 'UTC' } });
    expect(listed.toString()).to.match(/^-rw-r----- 0\/0 +3 1970-01-01 00:00 etc\/x\n$/);
  });
});

describe('control groups of a container', () => {
  it('of version 1 and of version 2', () => {
    const mounts = [
      '30 25 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw',
      '31 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
      '32 30 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd',
      '33 30 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
    ].join('\n');
    expect(
      cgroupFilesOf('5:cpu,cpuacct:/docker/1\n4:name=systemd:/docker/1\n3:pids:/docker/1\n0::/docker/1\n', mounts),
    ).to.deep.equal([
      '/sys/fs/cgroup/cpu,cpuacct/docker/1/cgroup.procs',
      '/sys/fs/cgroup/systemd/docker/1/cgroup.procs',
      '/sys/fs/cgroup/unified/docker/1/cgroup.procs',
    ]);
    const unified = '30 25 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw';
    expect(cgroupFilesOf('0::/system.slice/docker-1.scope\n', unified)).to.deep.equal([
      '/sys/fs/cgroup/system.slice/docker-1.scope/cgroup.procs',
    ]);
  });
});

describe('small things of containerlab’s runtime', () => {
  it('versions are compared by their numbers', () => {
    expect(compareVersions('1.9', '1.41')).to.be.below(0);
    expect(compareVersions('1.41', '1.41')).to.equal(0);
    expect(compareVersions('0.79.0', '0.9')).to.be.above(0);
  });
  it('kinds that are virtual machines are known by all their names', () => {
    for (const kind of ['juniper_vjunosrouter', 'vr-vmx', 'nokia_sros'])
      expect(isVirtualMachine(kind), kind).to.equal(true);
    for (const kind of ['linux', 'juniper_crpd', 'nokia_srlinux', 'bridge'])
      expect(isVirtualMachine(kind), kind).to.equal(false);
  });
});
