import { StringDecoder } from 'node:string_decoder';
import { secondsColumn, withRealTime } from './progress.js';
import { StatusLine } from './status-line.js';
import type { TextSink } from './types.js';

/**
 * Shows a run by the virtual clock while it goes on: what the same command says in the guest, with the real time beside the
 * virtual one; on a terminal also how far the guest's clock is.
 */
export class GuestProgress {
  private readonly lines: StatusLine;
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private last = '';

  /** @param realS seconds of real time since the run began */
  constructor(
    sink: TextSink,
    private readonly realS: () => number,
  ) {
    this.lines = new StatusLine(sink);
  }

  /** What the command in the guest has printed, in pieces of any length. */
  hear(chunk: Buffer): void {
    const lines = (this.rest + this.decoder.write(chunk)).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) {
      this.last = line;
      this.lines.write(withRealTime(line, this.realS()));
    }
  }

  beat(virtualS: number): void {
    const since = this.last.replace(/^ *\d+\.\d s {2}/, '');
    this.lines.show(`${secondsColumn(virtualS)} ${secondsColumn(this.realS())} real  after: ${since}`);
  }

  /** Leaves no half line behind. */
  end(): void {
    const rest = this.rest + this.decoder.end();
    this.rest = '';
    if (rest !== '') this.lines.write(rest);
    this.lines.clear();
  }
}

/** Shows how far the guests of many seeds are, on a terminal, below what is said of those that have ended. */
export class SeedsProgress {
  private readonly lines: StatusLine;
  private readonly running = new Map<number, string>();

  constructor(sink: TextSink) {
    this.lines = new StatusLine(sink);
  }

  beat(seed: number, virtualS: number, realS: number): void {
    this.running.set(seed, `seed ${seed}: ${virtualS.toFixed(1)} s, ${realS.toFixed(1)} s real`);
    this.show();
  }

  /** @param line what is said of a seed that has ended */
  ended(seed: number, line: string): void {
    this.running.delete(seed);
    this.lines.write(line);
    this.show();
  }

  /** Leaves no half line behind. */
  end(): void {
    this.lines.clear();
  }

  private show(): void {
    if (this.running.size > 0) this.lines.show(`  ${[...this.running.values()].join(' · ')}`);
  }
}
