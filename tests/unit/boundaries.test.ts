import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const PURE = ['l2cp', 'scenario', 'topology', 'packet', 'analysis', 'report', 'history', 'core'];
const EFFECTS = ['runtime', 'device', 'process', 'fault', 'guest'];

function sources(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(dir, file));
}

/** The top folders below src that a file imports at run time; types are erased and may come from anywhere. */
export function runtimeImports(source: string): string[] {
  const statements = source.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from\s+'((?:\.\.\/)+([a-z-]+)\/[^']+)';/gms);
  return [...statements].map((match) => match[2]!);
}

describe('module boundaries', () => {
  it('are seen by the check at all', () => {
    expect(runtimeImports("import { x } from '../runtime/y.js';")).to.deep.equal(['runtime']);
    expect(runtimeImports("import type { X } from '../runtime/y.js';")).to.deep.equal([]);
    expect(runtimeImports("import {\n  a,\n  b,\n} from '../../process/z.js';")).to.deep.equal(['process']);
  });
  for (const folder of PURE) {
    it(`${folder} imports nothing that touches the world`, () => {
      const found = sources(join('src', folder)).flatMap((file) =>
        runtimeImports(readFileSync(file, 'utf8'))
          .filter((imported) => EFFECTS.includes(imported))
          .map((imported) => `${file} imports ${imported}`),
      );
      expect(found).to.deep.equal([]);
    });
  }
  it('programs are started in src/process only', () => {
    const found = sources('src').filter(
      (file) => !file.startsWith(join('src', 'process')) && readFileSync(file, 'utf8').includes('node:child_process'),
    );
    expect(found).to.deep.equal([]);
  });
});
