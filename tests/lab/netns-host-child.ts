/**
 * Brings a lab up and down in a host of its own (network and mount namespace, a root that is read-only, an /etc/frr with a canary) and prints
 * as JSON what that host looked like before, during and after. Started by netns-host.test.ts through unshare.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { NetnsRuntime } from '../../src/runtime/netns/runtime.js';
import { frr01 } from './netns-topologies.js';

const run = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: 'utf8' });
const LAB = 'netns-host';

function prepare(): void {
  // the project itself may lie below one of the folders that get a file system of their own
  const project = process.cwd();
  run('mount', '--bind', project, '/mnt');
  for (const [type, path] of [
    ['tmpfs', '/run'],
    ['tmpfs', '/tmp'],
    ['tmpfs', '/etc/frr'],
    ['sysfs', '/sys'],
  ] as const) {
    run('mount', '-t', type, 'netns-host', path);
  }
  mkdirSync(project, { recursive: true });
  run('mount', '--move', '/mnt', project);
  writeFileSync('/etc/frr/frr.conf', 'hostname the-host\n', { mode: 0o600 });
  writeFileSync('/etc/frr/daemons', 'bgpd=yes\n', { mode: 0o600 });
  // `ip netns` itself leaves its mount on /run/netns behind, the first time that anything uses it
  run('ip', 'netns', 'add', 'netns-host-first');
  run('ip', 'netns', 'delete', 'netns-host-first');
  run('nft', 'add', 'table', 'inet', 'canary');
  run('ip', 'link', 'set', 'lo', 'up');
  run('ip', 'link', 'add', 'canary', 'type', 'bridge');
  run('ip', 'route', 'add', 'blackhole', '198.51.100.0/24');
  // a lab writes to /run and /tmp alone
  run('mount', '-o', 'remount,bind,ro', '/');
}

/** Folders and files with owner, mode and content. */
function tree(path: string): string[] {
  const stat = statSync(path);
  const line = `${path} ${stat.uid}:${stat.gid} ${stat.mode.toString(8)}`;
  if (path.startsWith('/run/netns/')) return [line];
  if (!stat.isDirectory()) return [`${line} ${readFileSync(path, 'utf8')}`];
  return [
    line,
    ...readdirSync(path)
      .sort()
      .flatMap((name) => tree(`${path}/${name}`)),
  ];
}

/** Processes of the lab, wherever they are, by what their inits call themselves and by the namespace they sit in. */
function labProcesses(namespaces: ReadonlySet<string>): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const cmdline = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
        const inside = namespaces.has(readlinkSync(`/proc/${pid}/ns/net`));
        return inside || cmdline.startsWith(`faultline-init clab-${LAB}`) ? [cmdline] : [];
      } catch {
        return [];
      }
    })
    .sort();
}

function look(): Record<string, unknown> {
  return {
    links: run('ip', '-details', 'link', 'show'),
    addresses: run('ip', '-brief', 'address'),
    routes: run('ip', 'route', 'show', 'table', 'all') + run('ip', '-6', 'route', 'show', 'table', 'all'),
    rules: run('ip', 'rule') + run('ip', '-6', 'rule'),
    nft: run('nft', 'list', 'ruleset'),
    sysctls: run('sh', '-c', 'sysctl --all --pattern "^net[.]" 2>/dev/null || true'),
    hostname: run('uname', '--nodename') + readFileSync('/etc/hostname', 'utf8') + readFileSync('/etc/hosts', 'utf8'),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    namespaces: run('ip', 'netns', 'list'),
    etcFrr: tree('/etc/frr'),
    run: tree('/run'),
    tmp: readdirSync('/tmp').filter((name) => !name.startsWith('tsx-')),
  };
}

prepare();
const runtime = new NetnsRuntime();
const before = look();
const lab = await runtime.up(frr01(LAB));
await lab.node('PC1').exec(['sh', '-c', 'echo touched > /etc/hostname; echo touched > /usr/touched; touch /touched']);
await lab.node('router1').exec(['vtysh', '-c', 'write memory']);
const namespaces = new Set(lab.nodes.map((node) => `net:[${statSync(node.netns()).ino}]`));
const during = { ...look(), processes: labProcesses(namespaces) };
await runtime.down(LAB);
const after = { ...look(), processes: labProcesses(namespaces) };
process.stdout.write(JSON.stringify({ before: { ...before, processes: [] }, during, after }));
