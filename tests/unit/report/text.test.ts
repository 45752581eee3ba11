import { expect } from 'chai';
import { alignTable } from '../../../src/report/text/table.js';
import { displayWidth, truncate, visible, visibleLines } from '../../../src/report/text/visible.js';
import {
  formatBounded,
  formatCount,
  formatElapsed,
  formatFrames,
  formatInterval,
} from '../../../src/report/text/figures.js';

const MS = 1_000_000;

describe('figures in reports', () => {
  for (const [value, low, high, text] of [
    [1_032 * MS, 1_031 * MS, 1_033 * MS, '1.032 s ± 1 ms'],
    [1_030 * MS, 1_029 * MS, 1_031 * MS, '1.030 s ± 1 ms'],
    [1_032_400_000, 1_031_300_000, 1_033_500_000, '1.0324 s ± 1.1 ms'],
    [1_032 * MS, 1_031 * MS, 1_250 * MS, '1.032 s (−1 ms, +220 ms)'],
    [34 * MS, 33 * MS, 35 * MS, '34 ms ± 1 ms'],
    [1_032_100_000, 1_032_000_000, 1_032_200_000, '1.0321 s ± 100 µs'],
    [0, 0, MS, '0 s (+1 ms)'],
    [0, -MS, MS, '0 s ± 1 ms'],
    [5 * MS, 5 * MS, 5 * MS, '5 ms'],
    [123_456, 123_356, 123_556, '123.46 µs (−110 ns, +96 ns)'],
  ] as const) {
    it(`prints ${text}`, () => expect(formatBounded({ valueNs: value, lowNs: low, highNs: high })).to.equal(text));
  }

  it('never print a narrower interval than was measured', () => {
    const units: Readonly<Record<string, number>> = { s: 1e9, ms: 1e6, µs: 1e3, ns: 1 };
    const ns = (text: string): number => {
      const match = /^([\d.]+) (s|ms|µs|ns)$/.exec(text);
      if (match === null) throw new Error(`cannot read back ${text}`);
      return Number(match[1]) * units[match[2]!]!;
    };
    for (let seed = 1; seed < 2000; seed++) {
      const value = (seed * 7_919_777) % 3_000_000_000;
      const lowNs = value - ((seed * 104_729) % 5_000_000) - 1;
      const highNs = value + ((seed * 15_485_863) % 90_000_000) + 1;
      const text = formatBounded({ valueNs: value, lowNs, highNs });
      const symmetric = /^(.+) ± (.+)$/.exec(text);
      const sides = /^([^(]+?) \((?:−([^,)]+))?(?:, )?(?:\+([^)]+))?\)$/.exec(text);
      const shown = ns((symmetric ?? sides)![1]!);
      const below = symmetric ? ns(symmetric[2]!) : sides![2] === undefined ? 0 : ns(sides![2]);
      const above = symmetric ? ns(symmetric[2]!) : sides![3] === undefined ? 0 : ns(sides![3]);
      expect(shown - below, text).to.be.at.most(lowNs + 1e-3);
      expect(shown + above, text).to.be.at.least(highNs - 1e-3);
    }
  });

  it('separate thousands by a thin space', () => {
    expect([0, 999, 1032, 60_000, 1_234_567].map(formatCount)).to.deep.equal([
      '0',
      '999',
      '1\u202f032',
      '60\u202f000',
      '1\u202f234\u202f567',
    ]);
  });

  it('name frames, and say where there is none', () => {
    const frame = (number: number) => ({ capture: 'rx-desk1', frame: number, at: '0' });
    expect(formatFrames(frame(7), frame(8))).to.equal('rx-desk1.pcap #7–#8');
    expect(formatFrames(frame(7), null)).to.equal('rx-desk1.pcap #7–none after');
    expect(formatFrames(null, frame(8))).to.equal('rx-desk1.pcap no frame–#8');
    expect(formatFrames(null, null)).to.equal('–');
  });

  it('print intervals and elapsed times', () => {
    expect(formatInterval({ valueNs: 0, lowNs: -163 * MS, highNs: 39 * MS })).to.equal('−163 ms … 39 ms');
    expect([840, 2400, 43_200, 425_000].map(formatElapsed)).to.deep.equal(['840 ms', '2.4 s', '43 s', '7 min 5 s']);
  });
});

describe('text of devices', () => {
  it('shows what could mislead a terminal, a browser or a reader', () => {
    expect(visible('a\u0000b\u001b[31m\u009b')).to.equal('a⟨U+0000⟩b⟨U+001B⟩[31m⟨U+009B⟩');
    expect(visible('\u202eevil\u200f\ufeff')).to.equal('⟨U+202E⟩evil⟨U+200F⟩⟨U+FEFF⟩');
    expect(visible('\ud800 \uffff \u2028')).to.equal('⟨U+D800⟩ ⟨U+FFFF⟩ ⟨U+2028⟩');
    expect(visible('two\r\nlines\tand')).to.equal('two lines and');
    expect(visibleLines('two\r\nlines\u0007')).to.equal('two\nlines⟨U+0007⟩');
  });

  it('leaves ordinary text of any script alone', () => {
    for (const text of ['core1', 'Zürich', '東京', 'ירושלים', '😀', 'e\u0301']) expect(visible(text)).to.equal(text);
  });

  it('is measured in columns of a terminal', () => {
    expect(['core1', '東京', 'e\u0301', '😀', 'Zürich'].map(displayWidth)).to.deep.equal([5, 4, 1, 2, 6]);
    expect(truncate('東京タワー', 5)).to.equal('東京…');
    expect(truncate('core1', 5)).to.equal('core1');
  });

  it('is aligned by columns, also where characters are wide', () => {
    const lines = alignTable(
      [
        { title: 'name', align: 'left' },
        { title: 'n', align: 'right' },
      ],
      [
        ['東京', '1'],
        ['abcde', '20'],
      ],
    );
    expect(lines).to.deep.equal(['name     n', '東京     1', 'abcde   20']);
  });
});
