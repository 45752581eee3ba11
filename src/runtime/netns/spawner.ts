import { LabError, TimeoutError } from '../../core/errors.js';
import { startChild, type Child } from '../../process/command.js';
import type { ProcessIdentity } from '../../process/proc.js';
import { formatFields, parseFields } from './init-plan.js';
import { machine, PERL, perlProgram } from './perl-programs.js';

export type Stage = 'setup' | 'links' | 'start';

/** How a command of a node's start went that may fail: one of its `exec` list, or `vtysh -b`. */
export interface ExecReport {
  readonly node: string;
  readonly command: string;
  readonly exitCode: number;
  readonly output: string;
}

export interface LaunchFiles {
  readonly plan: string;
  readonly pidFile: string;
  readonly log: string;
  /** The network namespace that the node has already; a new one unless given. */
  readonly netns?: string;
}

/** A node that says nothing for so long while it starts hangs. */
const SILENCE_LIMIT_MS = 120_000;

interface Waiter {
  readonly stage: Stage;
  readonly startedAt: number;
  lastSeen: string;
  timer?: NodeJS.Timeout;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/**
 * Talks to the start program of nodes. Until `detach`, the nodes live only as long as it and faultline do.
 */
export class NodeSpawner {
  private readonly waiting = new Map<string, Waiter>();
  private readonly failures = new Map<string, Error>();
  private readonly inits = new Map<string, ProcessIdentity>();
  private rest = '';

  private constructor(
    private readonly child: Child,
    private readonly onExec: (report: ExecReport) => void,
  ) {
    child.stdout!.setEncoding('utf8');
    child.stdout!.on('data', (text: string) => this.take(text));
    void child.exited.then((end) => {
      const why = end.stderrTail.trim();
      this.failAll(new LabError(`the start program of the nodes has ended${why === '' ? '' : `: ${why}`}`));
    });
  }

  static async start(onExec: (report: ExecReport) => void): Promise<NodeSpawner> {
    const child = await startChild([PERL, perlProgram('node-init.pl')], {
      stdin: true,
      env: { FAULTLINE_MACHINE: machine() },
    });
    return new NodeSpawner(child, onExec);
  }

  /** Starts the init of a node; resolves once its namespaces and files are there. @throws LabError */
  async launch(node: string, files: LaunchFiles): Promise<ProcessIdentity> {
    await this.ask(node, 'setup', ['node', node, files.plan, files.pidFile, files.log, files.netns ?? '']);
    return this.inits.get(node)!;
  }

  /** Has the node carry out a stage; resolves when it is done. @throws LabError */
  async carryOut(node: string, stage: Exclude<Stage, 'setup'>): Promise<void> {
    await this.ask(node, stage, ['send', node, stage]);
  }

  /** Lets all nodes live on without faultline, and ends the start program. */
  async detach(): Promise<void> {
    this.child.stdin!.write('detach\n');
    await this.child.exited;
  }

  /** Ends all nodes that it started. */
  async abort(): Promise<void> {
    this.child.stdin!.end();
    await this.child.exited;
  }

  private ask(node: string, stage: Stage, fields: readonly string[]): Promise<void> {
    const failed = this.failures.get(node);
    if (failed) return Promise.reject(failed);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        stage,
        startedAt: performance.now(),
        lastSeen: 'no word from its init',
        resolve,
        reject,
      };
      this.waiting.set(node, waiter);
      this.watch(node, waiter);
      this.child.stdin!.write(`${formatFields(fields)}\n`);
    });
  }

  /** Starts (again) to wait for a word of this node. */
  private watch(node: string, waiter: Waiter): void {
    clearTimeout(waiter.timer);
    waiter.timer = setTimeout(() => {
      this.waiting.delete(node);
      const waitedMs = performance.now() - waiter.startedAt;
      waiter.reject(new TimeoutError(`node ${node} to finish stage ${waiter.stage}`, waiter.lastSeen, waitedMs));
    }, SILENCE_LIMIT_MS);
  }

  private settled(node: string): Waiter | undefined {
    const waiter = this.waiting.get(node);
    this.waiting.delete(node);
    clearTimeout(waiter?.timer);
    return waiter;
  }

  private take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) this.heard(parseFields(line));
  }

  private heard([node = '', what, ...args]: string[]): void {
    if (what === 'pid') {
      this.inits.set(node, { pid: Number(args[0]), startTicks: args[1] ?? '' });
    } else if (what === 'exec') {
      this.onExec({ node, command: args[0] ?? '', exitCode: Number(args[1]), output: args[2] ?? '' });
      const waiter = this.waiting.get(node);
      if (!waiter) return;
      waiter.lastSeen = `the end of '${args[0] ?? ''}'`;
      this.watch(node, waiter);
    } else if (what === 'done') {
      this.settled(node)?.resolve();
    } else {
      const why = what === 'failed' ? (args[0] ?? '') : 'its init was ended from outside';
      this.fail(node, new LabError(`node ${node} could not be started: ${why}`));
    }
  }

  private fail(node: string, reason: Error): void {
    if (this.failures.has(node)) return;
    this.failures.set(node, reason);
    this.settled(node)?.reject(reason);
  }

  private failAll(reason: Error): void {
    for (const node of [...this.waiting.keys()]) this.fail(node, reason);
  }
}
