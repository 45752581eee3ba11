import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { LabError, TimeoutError } from '../core/errors.js';
import { projectDir } from '../core/project-dir.js';
import type { LabNode, LabProcess } from '../runtime/types.js';
import type { Asked, Command, ProblemEvent, Reply } from './protocol.js';

export type ProgramName = 'sender' | 'receiver' | 'frame-probe' | 'order-client' | 'order-engine';

const REPLY_TIMEOUT_MS = 30_000;
const STOP_GRACE_MS = 2_000;

/** Where a program of `traffic/` lies: bundled beside this program's bundle, or as source where this runs from its source. */
export function programPath(name: ProgramName): string {
  const fromSource = import.meta.url.endsWith('.ts');
  return fromSource
    ? join(projectDir(), 'traffic', `${name}.ts`)
    : join(projectDir(), 'dist', 'traffic', `${name}.cjs`);
}

/** How to start it: by this Node, from sources with the loader that runs them. */
export function programArgv(name: ProgramName): readonly string[] {
  const path = programPath(name);
  if (!path.endsWith('.ts')) return [process.execPath, path];
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return [process.execPath, '--import', loader, path];
}

/** One traffic program in a node's network namespace, and the line protocol with it. */
export class Program<C extends Command, E extends Reply> {
  private readonly waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  private lastProblem = '';
  private nextId = 1;
  private expectedToEnd = false;
  private over: string | undefined;

  private constructor(
    readonly node: string,
    private readonly name: string,
    private readonly process: LabProcess,
    private readonly onProblem: (text: string) => void,
  ) {}

  /**
   * Starts it. `onProblem` hears at once where it ends before it was told to, or complains unasked.
   * @throws CommandError where it cannot be started; LabError where the runtime gives no pipes to it.
   */
  static async start<C extends Command, E extends Reply>(
    node: LabNode,
    name: ProgramName,
    onProblem: (text: string) => void,
  ): Promise<Program<C, E>> {
    const process = await node.spawnOutside(programArgv(name));
    const program = new Program<C, E>(node.name, name, process, onProblem);
    if (process.stdin === null || process.stdout === null) {
      await process.stop('SIGKILL');
      throw new LabError(`${program.title} has no stdin or stdout to talk to it`);
    }
    process.stdin.on('error', () => undefined); // its end is told below
    const lines = createInterface({ input: process.stdout }).on('line', (line) => program.hear(line));
    const heard = new Promise((resolve) => lines.once('close', resolve));
    // Its last words may still be on their way when the process is gone.
    void Promise.all([process.exited, heard]).then(([end]) => {
      const how = end.signal === null ? `exit ${String(end.exitCode)}` : end.signal;
      const why = program.lastProblem || end.stderrTail.trim();
      program.over = `${program.title} ended (${how})${why === '' ? '' : `: ${why}`}`;
      for (const { reject } of program.waiting.values()) reject(new LabError(program.over));
      program.waiting.clear();
      if (!program.expectedToEnd) onProblem(`${program.over} before it was told to`);
    });
    return program;
  }

  get title(): string {
    return `the ${this.name} on ${this.node}`;
  }

  /** Whether it still runs, as far as is known. */
  get running(): boolean {
    return this.over === undefined;
  }

  /**
   * Gives a command and waits for its event.
   * @throws LabError where the program says that it failed, or has ended; TimeoutError.
   */
  async ask<Name extends E['event']>(command: Asked<C>, expected: Name): Promise<Extract<E, { event: Name }>> {
    if (this.over !== undefined) throw new LabError(this.over);
    const id = this.nextId++;
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    try {
      const reply = await new Promise<Reply>((resolve, reject) => {
        this.waiting.set(id, { resolve, reject });
        timer = setTimeout(() => {
          const elapsedMs = performance.now() - startedAt;
          reject(new TimeoutError(`${this.title} to answer ${command.do}`, 'no answer', elapsedMs));
        }, REPLY_TIMEOUT_MS);
        this.process.stdin!.write(`${JSON.stringify({ id, ...command })}\n`);
      });
      if (reply.event === 'problem') throw new LabError(`${this.title}: ${(reply as ProblemEvent).text}`);
      if (reply.event !== expected) throw new LabError(`${this.title} answered ${command.do} with ${reply.event}`);
      return reply as Extract<E, { event: Name }>;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(id);
    }
  }

  /** The next command is its last: its end is no problem from here on. */
  expectEnd(): void {
    this.expectedToEnd = true;
  }

  /** Closes the line, which ends it, and sees to it that it is gone. */
  async end(): Promise<void> {
    this.expectedToEnd = true;
    this.process.stdin?.end();
    const timer = setTimeout(() => void this.process.stop('SIGKILL'), STOP_GRACE_MS);
    await this.process.exited;
    clearTimeout(timer);
  }

  private hear(line: string): void {
    let reply: Reply;
    try {
      reply = JSON.parse(line) as Reply;
    } catch {
      this.onProblem(`${this.title} said something that is no event: ${line.slice(0, 200)}`);
      return;
    }
    if (reply.event === 'problem') this.lastProblem = (reply as ProblemEvent).text;
    const waiter = reply.id === undefined ? undefined : this.waiting.get(reply.id);
    if (waiter !== undefined) waiter.resolve(reply);
    else if (reply.event === 'problem') this.onProblem(`${this.title}: ${this.lastProblem}`);
  }
}

/** Like Promise.all, but waits for all of them, so that nothing is still starting when it rejects. */
export async function allOrFirstError<T extends readonly unknown[] | []>(
  promises: T,
): Promise<{ -readonly [Key in keyof T]: Awaited<T[Key]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
