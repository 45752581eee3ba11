import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { connectDocker } from '../../src/runtime/containerlab/docker.js';
import { containersOf } from '../../src/runtime/containerlab/containers.js';

/** Everything that a lab leaves on the host while it is up. */
export async function traces(lab: string): Promise<string[]> {
  const found: string[] = [];
  for (const one of await containersOf(connectDocker(), lab)) found.push(`container ${one.fullName} (${one.state})`);
  const named = (folder: string): string[] =>
    existsSync(folder) ? readdirSync(folder).filter((name) => name.includes(`clab-${lab}`)) : [];
  found.push(...named('/run/netns').map((name) => `namespace ${name}`));
  found.push(...named('/etc/ssh/ssh_config.d').map((name) => `ssh configuration ${name}`));
  if (readFileSync('/etc/hosts', 'utf8').includes(`CLAB-${lab}-`)) found.push('lines in /etc/hosts');
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  found.push(
    ...mounts.filter((line) => line.includes(`/containerlab/${lab}/`)).map((line) => `mount ${line.split(' ')[4]!}`),
  );
  return found;
}
