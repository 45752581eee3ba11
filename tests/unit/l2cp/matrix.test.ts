import { expect } from 'chai';
import { CATALOGUE } from '../../../src/l2cp/catalogue/index.js';
import { judgeOutcome } from '../../../src/l2cp/judge.js';
import { EXPECTATIONS, OUTCOMES } from '../../../src/l2cp/types.js';
import { expecting, planOf, tally, through, wire, type Device } from './synthetic.js';

const EVERYTHING = CATALOGUE.length * 4 * 2;
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** Replaces the outer tag, where there is one. */
const retagged =
  (change: (tpid: string, control: string) => string): Device =>
  ({ hex, encapsulation }) => [
    {
      at: 'far',
      hex:
        encapsulation === 'untagged'
          ? hex
          : hex.slice(0, 24) + change(hex.slice(24, 28), hex.slice(28, 32)) + hex.slice(32),
    },
  ];

describe('matrix', () => {
  it('of a wire: every frame PASS, whatever its protocol, direction and encapsulation', () => {
    const result = through(planOf(), wire);
    expect(tally(result.rows)).to.deep.equal({ PASS: EVERYTHING });
    expect(result.verdict).to.deep.equal({ outcome: 'pass', reasons: [] });
  });

  it('of a device that takes everything: inconclusive, since not even the control came through', () => {
    const result = through(planOf(), () => []);
    expect(tally(result.rows)).to.deep.equal({ 'NOT FORWARDED': EVERYTHING });
    expect(result.verdict.outcome).to.equal('inconclusive');
    expect(result.verdict.reasons[0]).to.contain('the control did not pass a:eth1 → b:eth1');
  });

  it('sees a destination that is written anew as CHANGED, also where another row has that address', () => {
    const result = through(planOf(), ({ hex }) => [{ at: 'far', hex: `0180c2000002${hex.slice(12)}` }]);
    const there = result.rows.filter(({ destination }) => destination !== '01:80:c2:00:00:02');
    expect(there.filter(({ outcome }) => outcome !== 'CHANGED').map(({ name }) => name)).to.deep.equal([]);
    expect(there.find(({ name }) => name === 'LACP@00')!.evidence!.changes).to.deep.equal([
      'destination 01:80:c2:00:00:00 → 01:80:c2:00:00:02',
    ]);
    const kept = result.rows.filter(({ destination }) => destination === '01:80:c2:00:00:02');
    expect(tally(kept)).to.deep.equal({ PASS: kept.length });
  });

  it('sees a source that is written anew as CHANGED where the frame holds a number, an address or a mark of the run', () => {
    const result = through(planOf(), ({ hex }) => [
      { at: 'far', hex: `${hex.slice(0, 12)}020000000099${hex.slice(24)}` },
    ]);
    const anonymous = CATALOGUE.filter(({ room }) => room === 'none').map(({ name }) => name);
    const known = result.rows.filter(({ name }) => !anonymous.includes(name) && !/^(PTP|CFM|LBM|micro)/.test(name));
    expect(tally(known)).to.deep.equal({ CHANGED: known.length });
    expect(result.verdict.outcome).to.equal('fail');
  });

  it('does not take absence for a DROP where the same content came out from another address', () => {
    const plan = planOf({ rows: ['X0', '07', '33', '41'], profile: expecting('DROP') });
    const result = through(plan, ({ hex, row }) =>
      row === 'X0' ? [{ at: 'far', hex }] : [{ at: 'far', hex: `${hex.slice(0, 12)}020000000099${hex.slice(24)}` }],
    );
    for (const row of result.rows.filter(({ id }) => id !== 'X0')) {
      expect(row.verdict, `${row.name}: ${row.outcome}`).to.equal('inconclusive');
      expect(row.reason).to.match(/the same content came out from another address \(l2cp-[ab]-eth1\.pcap #\d+\)/);
    }
    expect(result.verdict.outcome).to.equal('inconclusive');
  });

  it('sees tags that were taken off, other TPIDs and other priorities as CHANGED, and says which', () => {
    const tagged = EVERYTHING * 0.75;
    const stripped = through(
      planOf(),
      retagged(() => ''),
    );
    expect(tally(stripped.rows)).to.deep.equal({ PASS: EVERYTHING / 4, CHANGED: tagged });
    expect(
      stripped.rows.find(({ encapsulation }) => encapsulation === 'double-tagged')!.evidence!.changes,
    ).to.deep.equal(['tags taken off: 0x88a8 VID 200, 0x8100 VID 100 → 0x8100 VID 100']);
    const swapped = through(
      planOf(),
      retagged((tpid, control) => (tpid === '8100' ? '88a8' : '8100') + control),
    );
    expect(tally(swapped.rows)).to.deep.equal({ PASS: EVERYTHING / 4, CHANGED: tagged });
    expect(
      swapped.rows.find(({ encapsulation }) => encapsulation === 'single-tagged')!.evidence!.changes,
    ).to.deep.equal(['tag: TPID 0x8100 → 0x88a8']);
    const flat = through(
      planOf(),
      retagged((tpid, control) => `${tpid}0${control.slice(1)}`),
    );
    expect(tally(flat.rows)).to.deep.equal({ PASS: EVERYTHING / 4, CHANGED: tagged });
  });

  it('sees a single changed bit anywhere behind the addresses as CHANGED', () => {
    for (const at of [14, 20, 40, 59]) {
      const result = through(planOf({ encapsulations: ['untagged'] }), ({ hex }) => {
        const frame = bytes(hex);
        frame[at]! ^= 1;
        return [{ at: 'far', hex: frame.toString('hex') }];
      });
      const others = result.rows.filter(({ outcome }) => outcome !== 'CHANGED');
      expect(
        others.map(({ name, outcome }) => `${name} ${outcome}`),
        `byte ${at}`,
      ).to.deep.equal([]);
    }
  });

  it('sees frames that are cut as CHANGED', () => {
    const result = through(planOf(), ({ hex }) => [{ at: 'far', hex: hex.slice(0, -8) }]);
    expect(tally(result.rows)).to.deep.equal({ CHANGED: EVERYTHING });
    expect(result.rows[0]!.evidence!.changes).to.deep.equal(['4 bytes cut off at the end (60 → 56)']);
  });

  it('sees copies, and frames that come back, and frames elsewhere', () => {
    const twice = through(planOf(), ({ hex }) => [
      { at: 'far', hex },
      { at: 'far', hex, afterMs: 1 },
    ]);
    expect(tally(twice.rows)).to.deep.equal({ DUPLICATED: EVERYTHING });
    const back = through(planOf(), ({ hex }) => [
      { at: 'far', hex },
      { at: 'back', hex },
    ]);
    expect(tally(back.rows)).to.deep.equal({ REFLECTED: EVERYTHING });
    const leak = through(planOf(), ({ hex }) => [
      { at: 'far', hex },
      { at: 'third', hex },
    ]);
    expect(tally(leak.rows)).to.deep.equal({ LEAKED: EVERYTHING });
    expect(leak.rows[0]!.evidence!.port).to.equal('c:eth1');
  });

  it('sees one frame that is missing of several, also where copies are alike', () => {
    const result = through(planOf({ framesPerRow: 20 }), (frame, copy) => (copy === 7 ? [] : wire(frame, copy)));
    expect(tally(result.rows)).to.deep.equal({ LOSSY: EVERYTHING });
    expect(result.rows.find(({ name }) => name === 'PAUSE')!.reason).to.contain('19 of 20 arrived');
  });

  it('sees frames that are late', () => {
    const result = through(planOf(), ({ hex }) => [{ at: 'far', hex, afterMs: 1000 }]);
    expect(tally(result.rows)).to.deep.equal({ DELAYED: EVERYTHING });
    expect(result.rows[0]!.reason).to.contain('1 s');
  });

  it('does not take frames of another run, or talk of the device, for its own', () => {
    const others = through(planOf(), wire);
    const plan = planOf();
    const foreign: Device = (frame, copy) => [
      ...wire(frame, copy),
      // The same frames with another run's addresses, and a device's own PAUSE and STP.
      { at: 'far', hex: frame.hex.replaceAll('f1123456', 'f1654321').replace(/f17e5c0d00123456/, 'f17e5c0d00654321') },
      {
        at: 'far',
        hex: '0180c20000010200000000098808000100000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
      },
    ];
    expect(through(plan, foreign).rows).to.deep.equal(others.rows.map((row) => row));
  });

  it('of frames that the kernel refused: inconclusive', () => {
    const plan = planOf({ rows: ['X0', '03'] });
    const result = through(plan, wire, {});
    expect(result.verdict.outcome).to.equal('pass');
    const problem = through(plan, wire, { problems: ['the frame probe of a was too slow'] });
    expect(problem.verdict).to.deep.equal({ outcome: 'inconclusive', reasons: ['the frame probe of a was too slow'] });
  });

  it('that expects PEER and saw absence alone is inconclusive, and says what would prove it', () => {
    const plan = planOf({ profile: expecting('PEER') });
    const result = through(plan, (frame, copy) => (frame.row === 'X0' ? wire(frame, copy) : []));
    expect(result.verdict.outcome).to.equal('inconclusive');
    const lamp = result.rows.find(({ name }) => name === 'LAMP@02')!;
    expect(lamp.verdict).to.equal('inconclusive');
    expect(lamp.reason).to.contain('a Marker response with its transaction would prove it');
  });

  it('proves PEER by the Marker response for its own transaction, and by no other', () => {
    const plan = planOf({ profile: expecting('PEER'), rows: ['X0', '10', '14'] });
    const answering: Device = (frame, copy) => {
      if (frame.row === 'X0') return wire(frame, copy);
      if (frame.row === '14') return [];
      // Information 1 → 2, from the device.
      const at = frame.hex.indexOf('02010110');
      const reply = `${frame.hex.slice(0, 12)}02aabbccddee${frame.hex.slice(24, at)}02010210${frame.hex.slice(at + 8)}`;
      return [{ at: 'back', hex: reply }];
    };
    const rows = through(plan, answering).rows.filter(({ id }) => id !== 'X0');
    expect(tally(rows)).to.deep.equal({ PEER: 8, 'NOT FORWARDED': 8 });
    for (const row of rows) expect(row.verdict).to.equal(row.id === '10' ? 'pass' : 'inconclusive');
    expect(rows.find(({ id }) => id === '10')!.proof).to.match(
      /02:aa:bb:cc:dd:ee answered with a Marker response.*pcap #\d+/,
    );
  });
});

describe('expected against observed', () => {
  it('is the written table', () => {
    const table = OUTCOMES.map(
      (outcome) => `${outcome}: ${EXPECTATIONS.map((one) => judgeOutcome([one], outcome)).join(' ')}`,
    );
    expect(table).to.deep.equal([
      // expected: PASS, PEER, DROP
      'NOT SENT: inconclusive inconclusive inconclusive',
      'LEAKED: fail fail fail',
      'REFLECTED: fail fail fail',
      'CHANGED: fail fail fail',
      'DUPLICATED: fail fail fail',
      'LOSSY: fail fail fail',
      'DELAYED: fail fail fail',
      'PEER: fail pass fail',
      'DROP: fail fail pass',
      'NOT FORWARDED: fail inconclusive pass',
      'PASS: pass fail fail',
    ]);
  });

  it('is met by any of several, and judges nothing where nothing is expected', () => {
    expect(judgeOutcome(['PASS', 'DROP'], 'PASS')).to.equal('pass');
    expect(judgeOutcome(['PASS', 'DROP'], 'NOT FORWARDED')).to.equal('pass');
    expect(judgeOutcome(['PASS', 'PEER'], 'NOT FORWARDED')).to.equal('inconclusive');
    expect(judgeOutcome(['PASS', 'DROP'], 'CHANGED')).to.equal('fail');
    expect(judgeOutcome([], 'CHANGED')).to.equal('not judged');
  });
});
