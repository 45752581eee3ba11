import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { RunResult } from '../../src/run/result.js';
import { Workplace } from './cli.js';

const WIRE = resolve('tests/fixtures/labs/wire');
const TRIALS = 20;

/** Packets that the fault's own nftables counter dropped of a flow. */
function dropped(result: RunResult, flow: string): number {
  const reading = result.fault!.readings.find((each) => (each.data as { flow?: string }).flow === flow);
  return (reading!.data as { out: number }).out;
}

/** Everything that is not a pass says that the sender did not keep its pace, or that the machine lost packets of a capture. */
const STALLED = /sender sent nothing|stall|kernel dropped/;

describe('accuracy', function () {
  this.timeout(600_000);
  let place: Workplace;
  before(async () => {
    place = new Workplace();
    const up = await place.run(['up', '-t', join(WIRE, 'wire.clab.yml'), '--name', 'wire-accuracy']);
    expect(up.exitCode, up.stderr).to.equal(0);
  });
  after(async () => {
    await place.run(['down', '--name', 'wire-accuracy']);
    place.remove();
  });
  const runIn = (
    scenario: string,
    ...args: string[]
  ): Promise<{ exitCode: number | null; stdout: string; stderr: string }> =>
    place.run(['run', join(WIRE, scenario), '--lab', 'wire-accuracy', '--out', place.runs, ...args]);

  it(`lost packets are those that the nftables counter dropped, ${TRIALS} times of ${TRIALS}`, async () => {
    const seen = new Set(place.runDirs());
    await runIn('accuracy.yml', '--repeat', String(TRIALS));
    const dirs = place.runDirs().filter((dir) => !seen.has(dir));
    expect(dirs).to.have.length(TRIALS);
    let conclusive = 0;
    for (const dir of dirs) {
      const result = JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8')) as RunResult;
      for (const flow of result.analysis!.flows) {
        const counted = flow.receiver === 'desk1' ? dropped(result, flow.flow) : 0;
        expect(flow.lost, `${dir} ${flow.flow} at ${flow.receiver}`).to.equal(counted);
      }
      for (const flow of ['fast', 'slow']) expect(dropped(result, flow), dir).to.be.above(50);
      if (result.verdict.outcome === 'pass') conclusive++;
      else for (const reason of result.verdict.reasons) expect(reason).to.match(STALLED);
    }
    // On a machine that does nothing else at least 18 of 20 are; this bound only says that it works at all.
    expect(conclusive).to.be.at.least(TRIALS / 2);
  });

  it('a sender that stalls makes a control inconclusive, never a failure and never a pass', async () => {
    const seen = new Set(place.runDirs());
    const { end } = place.start(['run', join(WIRE, 'control.yml'), '--lab', 'wire-accuracy', '--out', place.runs]);
    const mine = (): string | undefined => place.runDirs().find((dir) => !seen.has(dir));
    while (mine() === undefined) await new Promise((done) => setTimeout(done, 50));
    const journal = (): string => {
      const file = join(mine()!, 'journal.jsonl');
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    };
    while (!journal().includes('"phase":"observe"')) await new Promise((done) => setTimeout(done, 25));
    const senders = sendersOf(place);
    expect(senders).to.have.length(1);
    for (const pid of senders) process.kill(pid, 'SIGSTOP');
    await new Promise((done) => setTimeout(done, 400));
    for (const pid of senders) process.kill(pid, 'SIGCONT');
    const { exitCode, stdout } = await end;
    expect(exitCode, stdout).to.equal(3);
    const result = JSON.parse(readFileSync(join(mine()!, 'result.json'), 'utf8')) as RunResult;
    expect(result.analysis!.flows.map((flow) => flow.lost)).to.deep.equal([0, 0]);
    expect(result.verdict.reasons.join()).to.match(STALLED);
  });
});

function sendersOf(place: Workplace): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
        const isSender =
          command[0] === process.execPath && command.some((part) => /traffic\/sender\.(cjs|ts)$/.test(part));
        return isSender && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(place.state);
      } catch {
        return false;
      }
    })
    .map(Number);
}
