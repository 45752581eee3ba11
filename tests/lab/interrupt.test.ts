import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { JournalEntry, PhaseName } from '../../src/run/events.js';
import type { RunResult } from '../../src/run/result.js';
import { leftovers, Workplace } from './cli.js';

const SCENARIO = resolve('tests/fixtures/labs/wire/blackhole.yml');
const PHASES: readonly PhaseName[] = [
  'lab-up',
  'configure',
  'control-plane',
  'traffic',
  'steady',
  'fault',
  'revert',
  'steady-again',
  'observe',
  'collect',
];

const begun =
  (phase: PhaseName) =>
  (entry: JournalEntry): boolean =>
    entry.type === 'phase-begun' && entry.phase === phase;

describe('a run that is stopped', function () {
  this.timeout(90_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(() => place.remove());

  for (const phase of PHASES) {
    it(`by SIGINT in ${phase} undoes everything and exits 130`, async () => {
      const { child, end } = place.start(['run', SCENARIO, '--out', place.runs]);
      await place.journalHas(begun(phase));
      child.kill('SIGINT');
      const { exitCode, stderr } = await end;
      expect(exitCode, stderr).to.equal(130);
      expect(leftovers('wire', place)).to.deep.equal([]);
      const result = JSON.parse(readFileSync(join(place.runDirs()[0]!, 'result.json'), 'utf8')) as RunResult;
      // In the last phase the run may be over, and judged, before the signal is heard.
      if (phase !== 'collect' || result.verdict.outcome === 'error') {
        expect(result.verdict).to.deep.equal({ outcome: 'error', reasons: ['interrupted by SIGINT'] });
      }
    });

    it(`by SIGKILL in ${phase} is finished by recover`, async () => {
      const { child, end } = place.start(['run', SCENARIO, '--out', place.runs]);
      await place.journalHas(begun(phase));
      child.kill('SIGKILL');
      await end;
      const recovered = await place.run(['recover', '--format', 'json']);
      expect(recovered.exitCode, recovered.stderr).to.equal(0);
      expect(leftovers('wire', place)).to.deep.equal([]);
      const { recovered: done } = JSON.parse(recovered.stdout) as { recovered: unknown[] };
      // In the last phase the run may have cleaned up by itself before the signal came.
      const wasOver = phase === 'collect' && place.journal().at(-1)!.type === 'run-ended';
      expect(done).to.have.length(wasOver ? 0 : 1);
      if (!wasOver) expect(place.journal().at(-1)!.type).to.equal('recovered');
      const nothing = await place.run(['recover', '--format', 'json']);
      expect(JSON.parse(nothing.stdout)).to.deep.equal({ recovered: [], alive: [] });
    });
  }

  it('by SIGKILL, on a lab that stays, has its fault undone by recover', async () => {
    const topology = resolve('tests/fixtures/labs/wire/wire.clab.yml');
    const rules = async (): Promise<string> =>
      (
        await place.run(['exec', '--name', 'wire-stays', '--node', 'switch', '--', 'nft', 'list', 'ruleset'])
      ).stdout.trim();
    await place.run(['up', '-t', topology, '--name', 'wire-stays']);
    try {
      const { child, end } = place.start(['run', SCENARIO, '--lab', 'wire-stays', '--out', place.runs]);
      await place.journalHas((entry) => entry.type === 'fault-applied');
      child.kill('SIGKILL');
      await end;
      expect(await rules()).to.contain('faultline_blackhole');
      const recovered = await place.run(['recover']);
      expect(recovered.exitCode, recovered.stderr).to.equal(0);
      expect(await rules()).to.equal('');
    } finally {
      await place.run(['down', '--name', 'wire-stays']);
    }
    expect(leftovers('wire', place)).to.deep.equal([]);
  });

  it('by SIGKILL, on a lab that stays, has its configuration rolled back by recover', async () => {
    const topology = resolve('tests/fixtures/labs/frr01/frr01.clab.yml');
    const scenario = join(place.dir, 'configured.yml');
    writeFileSync(
      scenario,
      `name: A route that the run brings
topology: ${topology}
configure: { router1: "ip route 203.0.113.0/24 blackhole" }
steady:
  - ospf-neighbors: { node: [router1], all: full }
observe: 60 s
`,
    );
    const running = async (): Promise<string> =>
      (await place.run(['exec', '--name', 'frr01-stays', '--node', 'router1', '--', 'vtysh', '-c', 'show run'])).stdout;
    await place.run(['up', '-t', topology, '--name', 'frr01-stays']);
    try {
      const before = await running();
      const { child, end } = place.start(['run', scenario, '--lab', 'frr01-stays', '--out', place.runs]);
      await place.journalHas((entry) => entry.type === 'configured');
      child.kill('SIGKILL');
      await end;
      expect(await running()).to.contain('ip route 203.0.113.0/24 blackhole');
      const recovered = await place.run(['recover']);
      expect(recovered.exitCode, recovered.stderr).to.equal(0);
      expect(await running()).to.equal(before);
    } finally {
      await place.run(['down', '--name', 'frr01-stays']);
    }
    expect(leftovers('frr01', place)).to.deep.equal([]);
  });

  it('is never touched by recover while it is alive', async () => {
    const { end } = place.start(['run', SCENARIO, '--out', place.runs]);
    await place.journalHas(begun('steady'));
    const recovered = await place.run(['recover', '--format', 'json']);
    const { alive, recovered: done } = JSON.parse(recovered.stdout) as { alive: unknown[]; recovered: unknown[] };
    expect(done).to.deep.equal([]);
    expect(alive).to.have.length(1);
    const { exitCode, stderr, stdout } = await end;
    expect(exitCode, stdout + stderr).to.equal(0);
    expect(existsSync(join(place.runDirs()[0]!, 'report.html'))).to.equal(true);
    expect(leftovers('wire', place)).to.deep.equal([]);
  });
});
