import { expect } from 'chai';
import {
  decodeIgmp,
  encodeIgmp,
  IGMP_RECORD,
  IGMP_TYPE,
  membershipChanges,
} from '../../../../src/packet/layers/igmp.js';
import type { Igmp, IgmpGroupRecord } from '../../../../src/packet/layers/igmp.js';
import { Undecodable } from '../../../../src/packet/layers/wire.js';

const GROUP = '239.1.1.1';
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const report = (...records: IgmpGroupRecord[]): Igmp => ({
  protocol: 'igmp',
  type: IGMP_TYPE.reportV3,
  records,
  cut: false,
});
const record = (type: number, ...sources: string[]): IgmpGroupRecord => ({ type, group: GROUP, sources });

describe('IGMP', () => {
  it('reads messages of another implementation', () => {
    // As Linux sends them: two groups joined in one version 3 report, one of them for one source; both left; version 2.
    expect(decodeIgmp(hex('2200f1ed0000000205000001e80101010a00000904000000ef010101')).layer).to.deep.equal(
      report({ type: 5, group: '232.1.1.1', sources: ['10.0.0.9'] }, record(IGMP_RECORD.toExclude)),
    );
    expect(decodeIgmp(hex('2200f1ed0000000206000001e80101010a00000903000000ef010101')).layer).to.deep.equal(
      report({ type: 6, group: '232.1.1.1', sources: ['10.0.0.9'] }, record(IGMP_RECORD.toInclude)),
    );
    expect(decodeIgmp(hex('1600f9fbef010102')).layer).to.deep.include({ type: IGMP_TYPE.reportV2, group: '239.1.1.2' });
    expect(decodeIgmp(hex('1700f8fbef010102')).layer).to.deep.include({ type: IGMP_TYPE.leave, group: '239.1.1.2' });
  });

  it('gives back what was encoded', () => {
    const messages: Igmp[] = [
      { protocol: 'igmp', type: IGMP_TYPE.reportV1, group: GROUP },
      { protocol: 'igmp', type: IGMP_TYPE.reportV2, group: GROUP },
      { protocol: 'igmp', type: IGMP_TYPE.leave, group: GROUP },
      { protocol: 'igmp', type: IGMP_TYPE.query, maxResponseCode: 100, group: '0.0.0.0', v3: undefined },
      {
        protocol: 'igmp',
        type: IGMP_TYPE.query,
        maxResponseCode: 10,
        group: GROUP,
        v3: { flags: 2, intervalCode: 125, sources: ['10.0.0.1', '10.0.0.2'] },
      },
      report(),
      report(record(1, '10.0.0.1'), record(4), record(6, '10.0.0.2', '10.0.0.3')),
    ];
    for (const message of messages) expect(decodeIgmp(encodeIgmp(message)).layer).to.deep.equal(message);
  });

  it('takes the whole records of a report that the capture cut', () => {
    const bytes = encodeIgmp(report(record(4), record(5, '10.0.0.1'), record(4)));
    for (const [length, whole] of [
      [bytes.length, 3],
      [35, 2],
      [27, 1],
      [15, 0],
    ] as const) {
      const { layer } = decodeIgmp(bytes.subarray(0, length));
      expect(layer).to.include({ cut: whole < 3 });
      expect('records' in layer && layer.records.length).to.equal(whole);
    }
  });

  it('does not believe a wrong checksum, or another type', () => {
    const bytes = encodeIgmp({ protocol: 'igmp', type: IGMP_TYPE.reportV2, group: GROUP });
    bytes[7] = 2;
    expect(() => decodeIgmp(bytes)).to.throw(Undecodable, 'checksum');
    expect(() => decodeIgmp(hex('1300ecff00000000'))).to.throw(Undecodable);
    expect(() => decodeIgmp(new Uint8Array(7))).to.throw(Undecodable, 'needs 8 bytes');
  });

  it('tells joins from leaves', () => {
    const join = (source: string | null = null): object => ({ action: 'join', group: GROUP, source });
    const leave = (source: string | null = null): object => ({ action: 'leave', group: GROUP, source });
    const cases: [Igmp, object[]][] = [
      [{ protocol: 'igmp', type: IGMP_TYPE.reportV1, group: GROUP }, [join()]],
      [{ protocol: 'igmp', type: IGMP_TYPE.reportV2, group: GROUP }, [join()]],
      [{ protocol: 'igmp', type: IGMP_TYPE.leave, group: GROUP }, [leave()]],
      [{ protocol: 'igmp', type: IGMP_TYPE.query, maxResponseCode: 1, group: GROUP, v3: undefined }, []],
      [report(record(IGMP_RECORD.isInclude, '10.0.0.1')), [join('10.0.0.1')]],
      [report(record(IGMP_RECORD.isExclude)), [join()]],
      [report(record(IGMP_RECORD.toInclude)), [leave()]],
      [report(record(IGMP_RECORD.toInclude, '10.0.0.1')), [leave(), join('10.0.0.1')]],
      [report(record(IGMP_RECORD.toExclude, '10.0.0.9')), [join()]],
      [report(record(IGMP_RECORD.allowNewSources, '10.0.0.1', '10.0.0.2')), [join('10.0.0.1'), join('10.0.0.2')]],
      [report(record(IGMP_RECORD.blockOldSources, '10.0.0.1')), [leave('10.0.0.1')]],
      [report(record(99, '10.0.0.1')), []],
    ];
    for (const [message, changes] of cases) expect(membershipChanges(message)).to.deep.equal(changes);
  });
});
