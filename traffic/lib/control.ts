import { readSync, writeSync } from 'node:fs';
import { lastErrno, must, sys } from './libc.js';

const POLLIN = 1;
const EINTR = 4;

/**
 * The program's side of the line protocol, without the event loop: what comes when depends on nothing but the pipe.
 * `Command` is what the peer is trusted to send; both ends are faultline's own.
 */
export class Control<Command> {
  private readonly stdin = new Int32Array([0, POLLIN]);
  private readonly chunk = Buffer.alloc(65536);
  private text = Buffer.alloc(0);
  private readonly pending: Command[] = [];
  /** The other end is gone: nobody is left to work for. */
  ended = false;

  /** Reads what is there, without waiting. */
  next(): Command | undefined {
    if (this.pending.length === 0 && !this.ended && this.readable(0)) this.read();
    return this.pending.shift();
  }

  /** Waits up to `timeoutMs` (-1: for ever) for a command; undefined where none came or the line has ended. */
  wait(timeoutMs: number): Command | undefined {
    do {
      if (this.pending.length > 0) return this.pending.shift();
      if (this.ended || !this.readable(timeoutMs)) return undefined;
      this.read();
    } while (timeoutMs < 0 || this.pending.length > 0);
    return this.pending.shift();
  }

  /** @returns false where nobody reads any more. */
  emit(event: object): boolean {
    try {
      const line = Buffer.from(`${JSON.stringify(event)}\n`);
      for (let done = 0; done < line.length;) done += writeSync(1, line, done);
      return true;
    } catch {
      this.ended = true;
      return false;
    }
  }

  private readable(timeoutMs: number): boolean {
    for (;;) {
      this.stdin[1] = POLLIN;
      const ready = sys.poll(this.stdin, 1, timeoutMs);
      if (ready >= 0) return ready > 0;
      if (lastErrno() !== EINTR) must(ready, 'poll on stdin');
    }
  }

  private read(): void {
    const length = readSync(0, this.chunk, 0, this.chunk.length, null);
    if (length === 0) {
      this.ended = true;
      return;
    }
    this.text = Buffer.concat([this.text, this.chunk.subarray(0, length)]);
    for (let end = this.text.indexOf(10); end >= 0; end = this.text.indexOf(10)) {
      const line = this.text.toString('utf8', 0, end);
      this.text = this.text.subarray(end + 1);
      this.pending.push(JSON.parse(line) as Command);
    }
  }
}
