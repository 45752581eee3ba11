import { expect } from 'chai';
import { alignTable } from '../../../src/report/text/table.js';
import { displayWidth, truncate, visible, visibleLines } from '../../../src/report/text/visible.js';
import { formatCount, formatElapsed, formatFrames, formatInterval } from '../../../src/report/text/figures.js';

const MS = 1_000_000;

describe('figures in reports', () => {
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
    expect(formatInterval({ valueNs: 37 * MS, lowNs: -163 * MS, highNs: 39 * MS })).to.equal('0 s … 39 ms');
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
