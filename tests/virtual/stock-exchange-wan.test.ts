import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { RunResult } from '../../src/run/result.js';
import { Workplace } from '../lab/cli.js';

const LAB = resolve('topologies/stock-exchange-wan/scenarios');
const SHARED_FATE = resolve('tests/fixtures/labs/stock-exchange-wan/shared-fate.yml');

describe('the exchange WAN', function () {
  this.timeout(1_800_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(() => place.remove());

  const run = async (file: string, exitCode: number): Promise<RunResult> => {
    const end = await place.run(['run', file, '--seed', '1', '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(exitCode);
    return place.results()[0]!;
  };

  it('loses, doubles and reorders nothing where nothing is broken; what is flooded to the segment comes once', async () => {
    const { analysis } = await run(join(LAB, 'control.yml'), 0);
    expect(analysis!.flows.some(({ item }) => item === 'flood')).to.equal(true);
    for (const { item, lost, duplicates, reordered } of analysis!.flows) {
      expect({ item, lost, duplicates, reordered }).to.deep.equal({ item, lost: 0, duplicates: 0, reordered: 0 });
    }
  });

  it('lets clients reach the matching engine and nothing else', async () => {
    await run(join(LAB, 'isolation.yml'), 0);
  });

  it('finds the PE that both feeds come by, in a variant that is wrong on purpose', async () => {
    const result = await run(SHARED_FATE, 3);
    expect(result.verdict.reasons.join('\n')).to.match(/rx3: a and b share .*\bpe1\b.*pe1:eth4--ce3:eth1.* too/);
    const journal = readFileSync(join(place.runDirs()[0]!, 'journal.jsonl'), 'utf8');
    expect(journal, 'the feeds do arrive').to.contain('"kind":"flow-received","met":true');
  });
});
