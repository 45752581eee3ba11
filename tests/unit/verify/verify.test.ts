import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PcapWriter } from '../../../src/packet/pcap-writer.js';
import { firstDifference } from '../../../src/packet/first-difference.js';
import { hashesBelow, sha256OfFile } from '../../../src/run/inputs.js';
import type { RunResult } from '../../../src/run/result.js';
import {
  alteredFiles,
  comparedCaptures,
  differingFigures,
  differingParts,
  partsOf,
} from '../../../src/verify/compare.js';
import { describeVerification } from '../../../src/verify/describe.js';
import { verificationVerdict, type Verification } from '../../../src/verify/verdict.js';
import { seeded } from '../history/seeded.js';

let dir: string;

/** Frames of 60 bytes, `value` in their last byte, a millisecond apart; each `late` nanoseconds after its time. */
function capture(folder: string, values: readonly number[], late = 0): string {
  mkdirSync(join(folder, 'pcaps'), { recursive: true });
  const path = join(folder, 'pcaps', 'rx.pcap');
  const writer = new PcapWriter(path);
  values.forEach((value, index) => {
    const frame = Buffer.alloc(60);
    frame[59] = value;
    writer.write(1_700_000_000, index * 1_000_000 + late, frame);
  });
  writer.close();
  return path;
}

function runIn(folder: string, values: readonly number[]): RunResult {
  const path = capture(folder, values);
  mkdirSync(join(folder, 'inputs', 'r1'), { recursive: true });
  writeFileSync(join(folder, 'inputs', 'x.yml'), 'name: x\n');
  writeFileSync(join(folder, 'inputs', 'r1', 'frr.conf'), 'hostname r1\n');
  writeFileSync(join(folder, 'inputs', 'index.json'), '{}');
  const built = seeded(7, { lost: 5 });
  return {
    ...built,
    captures: [{ ...built.captures[0]!, file: 'pcaps/rx.pcap', sha256: sha256OfFile(path) }],
    record: {
      programSha256: 'p',
      inputs: hashesBelow(join(folder, 'inputs')),
      outside: [],
      kernel: { hash: 'k1', release: '7.2', source: 'linux', sha256: 'k2' },
      images: [{ name: 'faultline/frr:10.3', packagesSha256: 'i', packages: 145 }],
    },
  };
}

/** A folder for each test. */
function withFolder(): void {
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'faultline-verify-test-'))));
  afterEach(() => rmSync(dir, { recursive: true }));
}

describe('the first difference of two captures', () => {
  withFolder();

  it('is the first frame with other content, another stamp, or none', () => {
    const one = capture(join(dir, 'a'), [1, 2, 3]);
    expect(firstDifference(one, capture(join(dir, 'b'), [1, 2, 3]))).to.equal(undefined);
    const content = firstDifference(one, capture(join(dir, 'c'), [1, 9, 8]))!;
    expect(content.frame).to.equal(2);
    expect([content.first!.bytes[59], content.second!.bytes[59]]).to.deep.equal([2, 9]);
    const stamp = firstDifference(one, capture(join(dir, 'd'), [1, 2, 3], 5))!;
    expect([stamp.frame, stamp.second!.at]).to.deep.equal([1, '1700000000000000005']);
    const shorter = firstDifference(one, capture(join(dir, 'e'), [1, 2]))!;
    expect([shorter.frame, shorter.second]).to.deep.equal([3, null]);
    const longer = firstDifference(capture(join(dir, 'f'), []), one)!;
    expect([longer.frame, longer.first]).to.deep.equal([1, null]);
  });
});

describe('a run folder', () => {
  withFolder();

  it('is what its record says until a file is altered, gone or new, and each is named', () => {
    const result = runIn(dir, [1, 2]);
    expect(alteredFiles(result, dir)).to.deep.equal([]);
    writeFileSync(join(dir, 'inputs', 'x.yml'), 'name: y\n');
    rmSync(join(dir, 'inputs', 'r1', 'frr.conf'));
    writeFileSync(join(dir, 'inputs', 'new'), '');
    capture(dir, [1, 3]);
    const found = alteredFiles(result, dir);
    expect(found).to.have.length(4);
    expect(found.join('\n'))
      .to.contain('inputs/x.yml was altered')
      .and.contain('inputs/r1/frr.conf is gone')
      .and.contain('inputs/new is not in the record')
      .and.contain('pcaps/rx.pcap was altered');
  });
});

describe('parts of a run', () => {
  withFolder();

  it('that are not the same are named, each by itself', () => {
    const parts = partsOf(runIn(dir, [1]))!;
    expect(differingParts(parts, parts)).to.deep.equal([]);
    const named = (changed: Partial<typeof parts>): readonly string[] =>
      differingParts(parts, { ...parts, ...changed });
    expect(named({ kernel: { ...parts.kernel!, hash: 'k9' } }).join())
      .to.contain('lab kernel')
      .and.contain('k9');
    expect(named({ kernel: { ...parts.kernel!, sha256: 'k9' } })).to.have.length(1);
    expect(named({ node: 'v24.0.0' }).join()).to.contain('Node is not the same');
    expect(named({ programSha256: 'q' }).join()).to.contain('programs');
    expect(named({ faultline: '9' }).join()).to.contain('version');
    const image = { name: 'faultline/frr:10.3', packagesSha256: 'j', packages: 145 };
    expect(named({ images: [image] }).join()).to.contain('package list of faultline/frr:10.3');
  });
});

describe('a verification', () => {
  withFolder();

  const found = (kept: RunResult, fresh: RunResult, freshDir: string): Omit<Verification, 'verdict'> => ({
    ...{ run: kept.run.id, seed: 7, notRun: null },
    altered: alteredFiles(kept, dir),
    parts: differingParts(partsOf(kept)!, partsOf(fresh)!),
    captures: comparedCaptures({ result: kept, dir }, { result: fresh, dir: freshDir }),
    figures: differingFigures(kept, fresh),
  });
  const told = (all: Omit<Verification, 'verdict'>): { outcome: string; text: string } => {
    const verdict = verificationVerdict(all);
    return { outcome: verdict.outcome, text: describeVerification({ ...all, verdict }) };
  };

  it('passes where every byte and figure is the same, wherever and whenever it ran', () => {
    const kept = runIn(dir, [1, 2]);
    const fresh = runIn(join(dir, 'fresh'), [1, 2]);
    const elsewhere = { ...fresh, run: { ...fresh.run, id: 'other', argv: ['verify'] } };
    const { outcome, text } = told(found(kept, elsewhere, join(dir, 'fresh')));
    expect(outcome, text).to.equal('pass');
    expect(text).to.contain('VERIFIED');
  });

  it('fails where the same parts gave other bytes, and shows the first frame that differs', () => {
    const kept = runIn(dir, [1, 2]);
    const fresh = runIn(join(dir, 'fresh'), [1, 5]);
    const { outcome, text } = told(found(kept, fresh, join(dir, 'fresh')));
    expect(outcome).to.equal('fail');
    expect(text)
      .to.contain('NOT VERIFIED')
      .and.contain('first difference: frame 2')
      .and.contain('the bytes differ from 59 on');
  });

  it('fails where a figure or a capture was altered after the run', () => {
    const kept = runIn(dir, [1, 2]);
    const fresh = runIn(join(dir, 'fresh'), [1, 2]);
    const [flow] = kept.analysis!.flows;
    const forged = { ...kept, analysis: { ...kept.analysis!, flows: [{ ...flow!, lost: 0 }] } };
    expect(told(found(forged, fresh, join(dir, 'fresh')))).to.deep.include({ outcome: 'fail' });
    capture(dir, [1, 6]);
    const { outcome, text } = told(found(kept, fresh, join(dir, 'fresh')));
    expect(outcome).to.equal('fail');
    expect(text).to.contain('ALTERED  pcaps/rx.pcap').and.contain('first difference: frame 2');
  });

  it('is inconclusive with another kernel, whatever came out', () => {
    const kept = runIn(dir, [1, 2]);
    const fresh = runIn(join(dir, 'fresh'), [1, 2]);
    const other = { ...fresh, record: { ...fresh.record!, kernel: { ...fresh.record!.kernel!, hash: 'k9' } } };
    expect(told(found(kept, other, join(dir, 'fresh'))).outcome).to.equal('inconclusive');
    const none: Omit<Verification, 'verdict'> = {
      ...{ run: 'x', seed: 1, altered: [], parts: [], captures: [], figures: [], notRun: 'no result' },
    };
    expect(told(none).outcome).to.equal('inconclusive');
    expect(told({ ...none, notRun: null }).outcome).to.equal('inconclusive');
  });
});
