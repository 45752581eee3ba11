import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frrConfig } from './render/frr.js';
import { networkScript } from './render/kernel.js';
import { readNetwork } from './render/network.js';
import { daemonsFile, ROLES, topologyFile } from './render/topology.js';

const here = dirname(fileURLToPath(import.meta.url));

/** Every file of the lab that follows from `network.yml`: path under the lab's folder → content. */
export function renderLab(folder: string = here): ReadonlyMap<string, string> {
  const network = readNetwork(folder);
  const files = new Map<string, string>([[`${network.name}.clab.yml`, topologyFile(network)]]);
  for (const role of ROLES) files.set(join('daemons', role), daemonsFile(role));
  for (const set of Object.keys(network.timers)) {
    for (const node of [network.segment.edge, ...Object.keys(network.routers)]) {
      if (node in network.routers) files.set(join('configs', set, node, 'frr.conf'), frrConfig(network, set, node));
      const script = networkScript(network, set, node);
      if (script !== undefined) files.set(join('configs', set, node, 'network.sh'), script);
    }
  }
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, content] of renderLab()) {
    const file = join(here, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    process.stdout.write(`${path}\n`);
  }
}
