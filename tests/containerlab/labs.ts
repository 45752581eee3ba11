import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTopology } from '../../src/topology/read.js';
import type { Topology } from '../../src/topology/types.js';

/** The image that hosts of these labs run: `faultline image build`, then `faultline image docker`. */
export const HOST_IMAGE = 'faultline/host';
/** The image that routers of these labs run. */
export const FRR_IMAGE = 'faultline/frr:8.4';
/** A later one, with mgmtd. */
export const FRR_10_IMAGE = 'faultline/frr:10.3';

/** Folders with topology files; all of them go at the end of a test. */
export class LabFiles {
  private readonly folder = mkdtempSync(join(tmpdir(), 'faultline-clab-test-'));

  /** Writes a topology file in a folder of its own and reads it. */
  topology(name: string, text: string): Topology {
    return readTopology(this.write(name, text));
  }
  write(name: string, text: string): string {
    const dir = join(this.folder, name);
    mkdirSync(dir, { recursive: true });
    const file = join(dir, `${name}.clab.yml`);
    writeFileSync(file, text);
    return file;
  }
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Two hosts and a link, as the contract of runtimes has them. */
export function pairText(name: string, image = HOST_IMAGE): string {
  return [
    `name: ${name}`,
    'topology:',
    `  defaults: { kind: linux, image: "${image}" }`,
    '  nodes:',
    '    a: { exec: ["ip address add 10.0.0.1/30 dev eth1"] }',
    '    b: { exec: ["ip address add 10.0.0.2/30 dev eth2"] }',
    '  links:',
    '    - endpoints: ["a:eth1", "b:eth2"]',
    '',
  ].join('\n');
}
