import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

/** What `npm run build` makes is in the record of every run, by its hash. */
describe('the bundled programs', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'faultline-bundle-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function built(name: string): ReadonlyMap<string, string> {
    const out = join(folder, name);
    execFileSync(process.execPath, ['scripts/build.mjs', out]);
    const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.cjs'));
    return new Map(files.sort().map((file) => [file, readFileSync(join(out, file), 'utf8')]));
  }

  it('are the same bytes wherever they are built to, and name no folder of this machine', () => {
    const [here, deeper] = [built('here'), built('a/good/deal/deeper')];
    expect([...here.keys()]).to.include.members(['faultline.cjs', 'traffic/sender.cjs', 'traffic/receiver.cjs']);
    expect([...deeper]).to.deep.equal([...here]);
    for (const [file, text] of here) expect(text.includes(resolve('.')), file).to.equal(false);
  });

  it('are all that is in their folder', () => {
    mkdirSync(join(folder, 'out', 'src'), { recursive: true });
    writeFileSync(join(folder, 'out', 'src', 'old.js'), '');
    built('out');
    const left = readdirSync(join(folder, 'out'), { encoding: 'utf8' }).sort();
    expect(left).to.deep.equal(['faultline.cjs', 'faultline.cjs.map', 'traffic']);
  });
});
