import { instantFromText, NS_PER_SECOND, nsBetween, type InstantText } from '../core/instant.js';
import { StatusLine } from './status-line.js';
import { visible } from './text/visible.js';
import type { Reporter, RunEvent, TextSink } from './types.js';

/**
 * Shows a run while it goes on: a line per event that has a text, with the seconds since the first event. On a
 * terminal transient lines replace each other; elsewhere they are left out.
 */
export class ProgressReporter implements Reporter {
  readonly name = 'progress';
  private first: InstantText | undefined;
  private readonly lines: StatusLine;

  constructor(sink: TextSink) {
    this.lines = new StatusLine(sink);
  }

  onEvent(event: RunEvent): void {
    this.first ??= event.at;
    if (event.text === undefined) return;
    const seconds = nsBetween(instantFromText(this.first), instantFromText(event.at)) / NS_PER_SECOND;
    const line = progressLine(seconds, visible(event.text));
    if (event.transient === true) this.lines.show(line);
    else this.lines.write(line);
  }

  /** Leaves no half line behind. */
  onEnd(): void {
    this.lines.clear();
  }
}

/** `    9.9 s  lab triangle is up` */
export function progressLine(seconds: number, text: string): string {
  return `${secondsColumn(seconds)}  ${text}`;
}

/** `    9.9 s     3.6 s real  lab triangle is up`; a line that is no line of progress comes back as it is. */
export function withRealTime(line: string, realS: number): string {
  const match = /^( *\d+\.\d s) {2}(?=\S)/.exec(line);
  return match === null ? line : `${match[1]!} ${secondsColumn(realS)} real  ${line.slice(match[0].length)}`;
}

export function secondsColumn(seconds: number): string {
  return `${seconds.toFixed(1).padStart(7)} s`;
}
