import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigError } from '../../../src/core/errors.js';
import { resultJsonSchemaText } from '../../../src/report/json-schema.js';
import { parseResult, readResult, resultJsonText } from '../../../src/report/read-result.js';
import { buildResult, hostileResult } from './build-result.js';

function issuesOf(text: string): string[] {
  try {
    parseResult(text, 'result.json');
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map((each) => each.message);
    throw error;
  }
  return [];
}

type Loose = Record<string, Record<string, unknown>>;

function changed(change: (value: Loose) => void): string {
  const value = JSON.parse(resultJsonText(buildResult())) as Loose;
  change(value);
  return JSON.stringify(value);
}

describe('result.json', () => {
  it('comes back as it was written', () => {
    for (const result of [buildResult(), hostileResult(), buildResult({ fault: null })]) {
      const text = resultJsonText(result);
      expect(resultJsonText(parseResult(text, 'result.json'))).to.equal(text);
    }
  });

  it('has a published JSON Schema that is up to date', () => {
    const published = readFileSync(new URL('../../../reports/result.schema.json', import.meta.url), 'utf8');
    expect(published === resultJsonSchemaText(), 'see reports/README.md for how it is made').to.equal(true);
  });

  it('is read from a file, and a missing file is an error with its name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-result-'));
    try {
      const file = join(folder, 'result.json');
      await writeFile(file, resultJsonText(buildResult()));
      expect((await readResult(file)).scenario.name).to.equal('The RP dies');
      const missing = await readResult(join(folder, 'none.json')).catch((error: unknown) => error);
      expect(missing).to.be.instanceOf(ConfigError);
      expect((missing as Error).message)
        .to.contain('none.json')
        .and.to.contain('cannot be read');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  for (const [what, text, message] of [
    ['text that is not JSON', '{', /is not JSON/],
    ['null', 'null', /it has no `format`/],
    ['another format', '{"format":"faultline-result-9"}', /its format is "faultline-result-9"/],
    ['a missing value', changed((value) => delete value['run']!['id']), /^run\.id: .*expected string/],
    [
      'an unknown key',
      changed((value) => Object.assign(value['run']!, { colour: 'red' })),
      /^run: Unrecognized key: "colour"/,
    ],
    [
      'a bad instant',
      changed((value) => Object.assign((value['phases'] as unknown as object[])[1]!, { from: 'yesterday' })),
      /^phases\[1\]\.from: not an instant/,
    ],
    [
      'an outcome that does not exist',
      changed((value) => Object.assign(value['verdict']!, { outcome: 'fine' })),
      /^verdict\.outcome: /,
    ],
    [
      'a figure that became null',
      changed((value) => {
        const analysis = value['analysis'] as unknown as { flows: { intervalNs: unknown }[] };
        analysis.flows[0]!.intervalNs = null;
      }),
      /^analysis\.flows\[0\]\.intervalNs: /,
    ],
  ] as const) {
    it(`refuses ${what} and says where`, () => expect(issuesOf(text).join('\n')).to.match(message));
  }

  it('names all errors at once, and stops where a file is of another kind altogether', () => {
    const two = changed((value) => {
      Object.assign(value['clock']!, { seed: 'one' });
      Object.assign(value['lab']!, { name: 5 });
    });
    expect(issuesOf(two)).to.have.length(2);
    expect(issuesOf('{"format":"faultline-result-1"}').length).to.be.within(5, 21);
  });
});
