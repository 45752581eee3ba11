import { expect } from 'chai';
import { SeededRandom } from '../../../src/core/random.js';
import { SendSchedule, spreadPhases } from '../../../src/traffic/schedule.js';

function take(schedule: SendSchedule, count: number): (readonly [number, number, number])[] {
  return Array.from({ length: count }, () => {
    const due = [schedule.flow, schedule.sequence, schedule.atNs] as const;
    schedule.advance();
    return due;
  });
}

describe('SendSchedule', () => {
  it('gives the packets of all flows in the order of their deadlines', () => {
    const schedule = new SendSchedule([
      { intervalNs: 10, phaseNs: 0 },
      { intervalNs: 25, phaseNs: 5 },
    ]);
    expect(take(schedule, 6)).to.deep.equal([
      [0, 0, 0],
      [1, 0, 5],
      [0, 1, 10],
      [0, 2, 20],
      [0, 3, 30],
      [1, 1, 30],
    ]);
  });

  it('agrees with sorting all deadlines, ties by the order of the flows', () => {
    const random = new SeededRandom(1, 'schedule');
    const flows = Array.from({ length: 37 }, () => ({
      intervalNs: 1 + random.below(50),
      phaseNs: random.below(20),
    }));
    const horizonNs = 500;
    const expected = flows
      .flatMap(({ intervalNs, phaseNs }, flow) =>
        Array.from({ length: horizonNs }, (_, n) => [flow, n, phaseNs + n * intervalNs] as const),
      )
      .sort((a, b) => a[2] - b[2] || a[0] - b[0])
      .filter(([, , atNs]) => atNs < horizonNs);
    expect(take(new SendSchedule(flows), expected.length)).to.deep.equal(expected);
  });

  it('does not drift with an interval that is no whole number of nanoseconds', () => {
    const schedule = new SendSchedule([{ intervalNs: 1e9 / 3, phaseNs: 0 }]);
    for (let packet = 0; packet < 3_000_000; packet += 1) schedule.advance();
    expect(schedule.atNs).to.be.closeTo(1e15, 1);
    expect(schedule.taken(0)).to.equal(3_000_000);
  });

  it('refuses to pace nothing', () => {
    expect(() => new SendSchedule([])).to.throw(RangeError);
  });
});

describe('spreadPhases', () => {
  it('spreads first packets over the interval', () => {
    expect(spreadPhases([1000, 1000, 1000]).map((flow) => flow.phaseNs)).to.deep.equal([0, 333, 666]);
    expect(spreadPhases([100, 4000]).map((flow) => flow.phaseNs)).to.deep.equal([0, 2000]);
  });
});
