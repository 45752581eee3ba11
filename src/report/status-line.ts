import { truncate } from './text/visible.js';
import type { TextSink } from './types.js';

const CLEAR_LINE = '\r\u001b[2K';

/** Lines that stay, and on a terminal one below them that the next line takes the place of. */
export class StatusLine {
  private isShown = false;

  constructor(private readonly sink: TextSink) {}

  /** A line that stays. */
  write(line: string): void {
    this.clear();
    this.sink.write(`${line}\n`);
  }

  /** Until the next line comes; nothing where there is no terminal. */
  show(line: string): void {
    if (this.sink.isTTY !== true) return;
    this.clear();
    this.sink.write(truncate(line, (this.sink.columns || 80) - 1));
    this.isShown = true;
  }

  /** Leaves no half line behind. */
  clear(): void {
    if (!this.isShown) return;
    this.sink.write(CLEAR_LINE);
    this.isShown = false;
  }
}
