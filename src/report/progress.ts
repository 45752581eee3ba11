import { instantFromText, NS_PER_SECOND, nsBetween, type InstantText } from '../core/instant.js';
import type { Reporter, RunEvent, TextSink } from './types.js';
import { truncate, visible } from './text/visible.js';

const CLEAR_LINE = '\r\u001b[2K';

/**
 * Shows a run while it goes on: a line per event that has a text, with the seconds since the first event. On a
 * terminal transient lines replace each other; elsewhere they are left out.
 */
export class ProgressReporter implements Reporter {
  readonly name = 'progress';
  private first: InstantText | undefined;
  private hasTransient = false;

  constructor(private readonly sink: TextSink) {}

  onEvent(event: RunEvent): void {
    this.first ??= event.at;
    if (event.text === undefined) return;
    const isTerminal = this.sink.isTTY === true;
    if (event.transient === true && !isTerminal) return;
    const seconds = nsBetween(instantFromText(this.first), instantFromText(event.at)) / NS_PER_SECOND;
    const line = `${seconds.toFixed(1).padStart(7)} s  ${visible(event.text)}`;
    this.clear();
    if (event.transient === true) {
      this.sink.write(truncate(line, (this.sink.columns ?? 80) - 1));
      this.hasTransient = true;
    } else {
      this.sink.write(`${line}\n`);
    }
  }

  /** Leaves no half line behind. */
  onEnd(): void {
    this.clear();
  }

  private clear(): void {
    if (!this.hasTransient) return;
    this.sink.write(CLEAR_LINE);
    this.hasTransient = false;
  }
}
