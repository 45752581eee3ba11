import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ConfigError, type ConfigIssue } from '../../../src/core/errors.js';
import { loadPlan } from '../../../src/scenario/make-plan.js';
import { readTopology } from '../../../src/topology/read.js';
import { standIns } from './stand-ins.js';

const BROKEN = path.resolve('tests/fixtures/broken');

function issuesOf(read: () => unknown): readonly ConfigIssue[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

/** A file's own `# expect: LINE:COLUMN text` lines: every issue, in order. */
function expected(file: string): { place: string; text: string }[] {
  const lines = readFileSync(file, 'utf8').matchAll(/^# expect: (\d+:\d+) (.+)$/gm);
  return [...lines].map(([, place, text]) => ({ place: place!, text: text! }));
}

const readers: Readonly<Record<string, (file: string) => unknown>> = {
  scenarios: (file) => loadPlan(file, standIns(), { env: {} }),
  topologies: (file) => readTopology(file, { env: {} }),
};

let files = 0;
for (const [folder, read] of Object.entries(readers)) {
  describe(`broken ${folder}`, () => {
    for (const name of readdirSync(path.join(BROKEN, folder)).sort()) {
      files++;
      it(name, () => {
        const file = path.join(BROKEN, folder, name);
        const wanted = expected(file);
        expect(wanted, 'the fixture says what it expects').to.not.be.empty;
        const issues = issuesOf(() => read(file));
        const seen = issues.map(({ line, column, message, hint }) => ({
          place: `${line}:${column}`,
          text: `${message}${hint === undefined ? '' : ` (${hint})`}`.replaceAll(`${BROKEN}/`, ''),
        }));
        expect(seen.map(({ place }) => place)).to.deep.equal(wanted.map(({ place }) => place));
        wanted.forEach(({ text }, index) => expect(seen[index]!.text).to.include(text));
        for (const issue of issues) expect(issue.file).to.equal(file);
      });
    }
  });
}

it('there are at least 45 broken files', () => expect(files).to.be.at.least(45));
