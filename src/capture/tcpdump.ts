import { createInterface } from 'node:readline';
import { LabError, TimeoutError } from '../core/errors.js';
import type { LabNode, LabProcess } from '../runtime/types.js';
import type { CapturePoint } from './types.js';

const LISTEN_TIMEOUT_MS = 30_000;
const DRAIN_TIMEOUT_MS = 20_000;
const DRAIN_POLL_MS = 50;
/** tcpdump's ring hands a packet over within 1 s; a capture that has not moved for three has nothing left in it. */
const DRAIN_QUIET_MS = 3_000;
const STOP_GRACE_MS = 20_000;

export interface TcpdumpCounts {
  readonly captured: number;
  readonly receivedByFilter: number;
  readonly droppedByKernel: number;
  /** tcpdump only speaks of it where it is not 0. */
  readonly droppedByInterface: number;
}

export interface TcpdumpSettings {
  readonly path: string;
  readonly snaplen: number;
  readonly bufferKiB: number;
  readonly filter: string | undefined;
}

/**
 * No privileges are dropped (`-Z root`): the file belongs to who runs faultline, and the program stays bound to its
 * parent's life. Not promiscuous (`-p`): lab links are veths, which filter nothing, and the change of mode would be a link
 * event to every routing daemon on the node. No immediate mode and no `-U`: packets come in blocks, so that capturing costs the lab little.
 */
export function tcpdumpArgv(interfaceName: string, settings: TcpdumpSettings): readonly string[] {
  return [
    ...['tcpdump', '-i', interfaceName, '-w', settings.path, '-n', '-p', '-Z', 'root'],
    ...['--time-stamp-precision=nano', '-s', String(settings.snaplen), '-B', String(settings.bufferKiB)],
    ...(settings.filter === undefined ? [] : [settings.filter]),
  ];
}

/**
 * The last counts in what tcpdump wrote to stderr: its answer to SIGUSR1 (one line) or its closing words (one line each).
 * @returns undefined where it never gave all of them.
 */
export function parseTcpdumpCounts(text: string): TcpdumpCounts | undefined {
  const last = (what: string): number | undefined => {
    const found = [...text.matchAll(new RegExp(`(\\d+) packets? ${what}`, 'g'))].at(-1)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const captured = last('captured');
  const receivedByFilter = last('received by filter');
  const droppedByKernel = last('dropped by kernel');
  if (captured === undefined || receivedByFilter === undefined || droppedByKernel === undefined) return undefined;
  return { captured, receivedByFilter, droppedByKernel, droppedByInterface: last('dropped by interface') ?? 0 };
}

/** One running tcpdump. */
export class Tcpdump {
  private stderr = '';
  private listeners: (() => void)[] = [];
  private ended = false;
  private stopping = false;

  private constructor(
    readonly point: CapturePoint,
    private readonly process: LabProcess,
  ) {}

  /**
   * Starts it, and comes back when it says that it listens.
   * @throws LabError with tcpdump's own words where it cannot; TimeoutError.
   */
  static async start(
    node: LabNode,
    point: CapturePoint,
    settings: TcpdumpSettings,
    onEarlyEnd: (text: string) => void,
  ): Promise<Tcpdump> {
    const process = await node.spawnOutside(tcpdumpArgv(point.interface, settings), { env: { LC_ALL: 'C' } });
    const dump = new Tcpdump(point, process);
    createInterface({ input: process.stderr! }).on('line', (line) => dump.hear(line));
    let listening = false;
    void process.exited.then((end) => {
      dump.ended = true;
      dump.wake();
      if (listening && !dump.stopping) onEarlyEnd(dump.lastWords(end.exitCode, end.signal));
    });
    try {
      const heard = (): boolean => dump.ended || dump.stderr.includes('listening on');
      await dump.until(heard, LISTEN_TIMEOUT_MS, `tcpdump on ${point.node}:${point.interface} to listen`);
    } catch (error) {
      await process.stop('SIGKILL');
      throw error;
    }
    if (dump.ended) {
      const end = await process.exited;
      const words = dump.lastWords(end.exitCode, end.signal);
      throw new LabError(`cannot capture on ${point.node}:${point.interface}: ${words}`);
    }
    listening = true;
    return dump;
  }

  /**
   * Sees to it that every packet which the tap saw before this call is in the file, and ends it.
   * @returns its closing counts and what went wrong. Never rejects.
   */
  async stop(): Promise<{ readonly counts: TcpdumpCounts | undefined; readonly problems: readonly string[] }> {
    const problems: string[] = [];
    if (this.ended) {
      const end = await this.process.exited;
      problems.push(`ended early: ${this.lastWords(end.exitCode, end.signal)}`);
    } else {
      this.stopping = true;
      const undrained = await this.drain();
      if (undrained !== undefined) problems.push(undrained);
      this.stderr = '';
      await this.process.stop('SIGINT', STOP_GRACE_MS);
    }
    const end = await this.process.exited;
    await new Promise((resolve) => setImmediate(resolve)); // its last lines are read by then
    const counts = parseTcpdumpCounts(this.stderr);
    if (problems.length === 0 && end.exitCode !== 0) {
      problems.push(`tcpdump failed: ${this.lastWords(end.exitCode, end.signal)}`);
    }
    if (counts === undefined) problems.push('tcpdump did not say how many packets it captured and dropped');
    return { counts, problems };
  }

  /** Ends it at once; what its file holds does not matter any more. */
  async abandon(): Promise<void> {
    this.stopping = true;
    await this.process.stop('SIGKILL');
  }

  /**
   * Packets lie in the kernel's ring for up to a second before tcpdump gets them, and are lost where it is ended before.
   * All that the kernel had counted when this began has been read as soon as as many are captured. A few may be counted
   * that will never come (they arrived while the ring was being made): then the ring has to be at rest.
   * @returns why that did not happen.
   */
  private async drain(): Promise<string | undefined> {
    const startedAt = performance.now();
    let counts = await this.ask();
    const wanted = counts?.receivedByFilter ?? 0;
    let movedAt = performance.now();
    while (counts !== undefined && counts.captured + counts.droppedByKernel < wanted) {
      const now = performance.now();
      if (now - movedAt >= DRAIN_QUIET_MS) return undefined;
      if (now - startedAt >= DRAIN_TIMEOUT_MS) {
        return `${wanted - counts.captured - counts.droppedByKernel} packets were still unread after ${DRAIN_TIMEOUT_MS} ms`;
      }
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
      const before: TcpdumpCounts = counts;
      counts = await this.ask();
      if (counts?.captured !== before.captured || counts.receivedByFilter !== before.receivedByFilter) {
        movedAt = performance.now();
      }
    }
    return counts === undefined ? 'tcpdump did not say how far it was' : undefined;
  }

  /** Its counts now. undefined where it has ended or does not answer. */
  private async ask(): Promise<TcpdumpCounts | undefined> {
    this.stderr = '';
    try {
      process.kill(this.process.pid, 'SIGUSR1');
      const answered = (): boolean => this.ended || parseTcpdumpCounts(this.stderr) !== undefined;
      await this.until(answered, DRAIN_TIMEOUT_MS, 'the counts of tcpdump');
    } catch {
      return undefined;
    }
    return parseTcpdumpCounts(this.stderr);
  }

  private hear(line: string): void {
    this.stderr = `${this.stderr}${line}\n`.slice(-4096);
    this.wake();
  }

  private wake(): void {
    for (const listener of this.listeners.splice(0)) listener();
  }

  private async until(condition: () => boolean, timeoutMs: number, waitedFor: string): Promise<void> {
    const startedAt = performance.now();
    while (!condition()) {
      const leftMs = timeoutMs - (performance.now() - startedAt);
      if (leftMs <= 0) {
        throw new TimeoutError(waitedFor, this.stderr.trim() || 'nothing', performance.now() - startedAt);
      }
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, leftMs);
        this.listeners.push(resolve);
      });
      clearTimeout(timer);
    }
  }

  private lastWords(exitCode: number | null, signal: string | null): string {
    const words = this.stderr
      .split('\n')
      .filter((line) => line !== '' && !/^\d+ packets? |listening on|packets captured/.test(line))
      .map((line) => line.replace(/^tcpdump: /, ''));
    return words.length > 0 ? words.join(' ') : signal === null ? `exit ${String(exitCode)}` : signal;
  }
}
