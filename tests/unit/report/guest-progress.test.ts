import { expect } from 'chai';
import { GuestProgress, SeedsProgress } from '../../../src/report/guest-progress.js';

const CLEAR = '\r\u001b[2K';

function sink(isTTY: boolean): { text: string; readonly isTTY: boolean; columns: number; write(part: string): void } {
  return {
    text: '',
    isTTY,
    columns: 60,
    write(part) {
      this.text += part;
    },
  };
}

describe('progress of a run by the virtual clock', () => {
  function run(isTTY: boolean): string {
    const out = sink(isTTY);
    let realS = 0;
    const progress = new GuestProgress(out, () => realS);
    const said = Buffer.from('runtime netns · virtual clock\n    9.9 s  lab triangle is up\n   52.0 s  steady – 4');
    // A piece may end within a character.
    const cut = said.indexOf('·') + 1;
    progress.hear(said.subarray(0, cut));
    realS = 3.62;
    progress.hear(said.subarray(cut));
    realS = 4.1;
    progress.beat(30);
    progress.hear(Buffer.from(' probes\n'));
    progress.beat(1052.3);
    progress.hear(Buffer.from('Error: no'));
    progress.end();
    return out.text;
  }

  it('has the real time beside the virtual one in every line, and nothing else where there is no terminal', () => {
    expect(run(false)).to.equal(
      'runtime netns · virtual clock\n' +
        '    9.9 s     3.6 s real  lab triangle is up\n' +
        '   52.0 s     4.1 s real  steady – 4 probes\n' +
        'Error: no\n',
    );
  });

  it('shows on a terminal how far the clock is since the last line, and leaves no half line behind', () => {
    expect(run(true)).to.equal(
      'runtime netns · virtual clock\n' +
        '    9.9 s     3.6 s real  lab triangle is up\n' +
        `   30.0 s     4.1 s real  after: lab triangle is up${CLEAR}` +
        '   52.0 s     4.1 s real  steady – 4 probes\n' +
        ` 1052.3 s     4.1 s real  after: steady – 4 probes${CLEAR}` +
        'Error: no\n',
    );
  });
});

describe('progress of many seeds', () => {
  function run(isTTY: boolean): string {
    const out = sink(isTTY);
    const progress = new SeedsProgress(out);
    progress.beat(1, 30, 2.04);
    progress.beat(2, 5, 0.9);
    progress.ended(1, '1/2  seed 1  pass  39.96 s');
    progress.ended(2, '2/2  seed 2  pass  31.2 s');
    progress.end();
    return out.text;
  }

  it('is a line for each seed that has ended where there is no terminal', () => {
    expect(run(false)).to.equal('1/2  seed 1  pass  39.96 s\n2/2  seed 2  pass  31.2 s\n');
  });

  it('shows on a terminal how far each guest is by both clocks', () => {
    expect(run(true)).to.equal(
      `  seed 1: 30.0 s, 2.0 s real${CLEAR}` +
        `  seed 1: 30.0 s, 2.0 s real · seed 2: 5.0 s, 0.9 s real${CLEAR}` +
        '1/2  seed 1  pass  39.96 s\n' +
        `  seed 2: 5.0 s, 0.9 s real${CLEAR}` +
        '2/2  seed 2  pass  31.2 s\n',
    );
  });
});
