import { LabError } from '../../core/errors.js';
import type { LabNode } from '../../runtime/types.js';
import { UnsupportedQuery, type DaemonInfo, type DeviceDriver, type DeviceFacts } from '../types.js';
import type { QueryArguments, QueryKind } from '../types.js';
import { unifiedDiff } from '../unified-diff.js';

/** What the fake answers: facts, an error to throw, or a function that decides. */
export type FakeAnswer<K extends QueryKind> =
  DeviceFacts[K] | Error | ((args: QueryArguments) => DeviceFacts[K] | Promise<DeviceFacts[K]>);

/**
 * A device that says what it was told to say. Its configuration is a list of lines: `no X` takes X away, a line with
 * `bogus` is refused.
 */
export class FakeDriver implements DeviceDriver {
  readonly name = 'fake';
  private readonly answers = new Map<QueryKind, FakeAnswer<QueryKind>>();
  private readonly pids = new Map<string, number | null>();
  private config: readonly string[] = ['hostname fake'];
  private saved: readonly string[] | undefined;
  private readonly applied: string[] = [];

  constructor(readonly node: LabNode) {}

  /** Sets the answer to a kind of question. */
  set<K extends QueryKind>(kind: K, answer: FakeAnswer<K>): this {
    this.answers.set(kind, answer);
    return this;
  }

  setDaemon(name: string, pid: number | null): this {
    this.pids.set(name, pid);
    return this;
  }

  async waitReady(): Promise<void> {}

  async version(): Promise<string> {
    return 'fake 1';
  }

  async runningConfig(): Promise<string> {
    return textOf(this.config);
  }

  async diff(config: string): Promise<string> {
    return unifiedDiff(textOf(this.config), textOf(this.after(config)));
  }

  async apply(config: string): Promise<string> {
    const after = this.after(config);
    this.saved ??= this.config;
    this.applied.push(config);
    return this.become(after);
  }

  async reapply(): Promise<string> {
    let after = this.config;
    for (const config of this.applied) after = this.after(config, after);
    return this.become(after);
  }

  async rollback(kept?: string): Promise<string> {
    const saved = this.saved ?? (kept === undefined ? this.config : kept.split('\n').filter((line) => line !== ''));
    this.saved = undefined;
    this.applied.length = 0;
    return this.become(saved);
  }

  async query<K extends QueryKind>(kind: K, args: QueryArguments = {}): Promise<DeviceFacts[K]> {
    const answer = this.answers.get(kind) as FakeAnswer<K> | undefined;
    if (answer === undefined) throw new UnsupportedQuery(`${this.node.name} (fake) cannot be asked for ${kind}`);
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(args) : answer;
  }

  async stateTables(): Promise<Readonly<Record<string, string>>> {
    const tables: Record<string, string> = {};
    for (const kind of this.answers.keys()) {
      const facts = await this.query(kind).catch((error: unknown) => (error as Error).message);
      tables[`${kind}.json`] = `${JSON.stringify(facts, null, 2)}\n`;
    }
    return tables;
  }

  async logs(): Promise<Readonly<Record<string, Buffer>>> {
    return {};
  }

  async daemons(): Promise<readonly DaemonInfo[]> {
    return [...this.pids].map(([name, pid]) => ({ name, pid }));
  }

  async restartDaemons(): Promise<void> {
    for (const name of this.pids.keys()) this.pids.set(name, null);
    for (const name of this.pids.keys()) await this.startDaemon(name);
  }

  async startDaemon(name: string): Promise<void> {
    const pid = this.pids.get(name);
    if (pid === undefined) throw new LabError(`${this.node.name} has no daemon ${name}`);
    if (pid === null) this.pids.set(name, 1);
  }

  private after(snippet: string, config = this.config): readonly string[] {
    let lines = config;
    for (const line of snippet.split('\n').filter((one) => one.trim() !== '')) {
      if (line.includes('bogus'))
        throw new LabError(`${this.node.name} refuses the configuration:\n% Unknown command: ${line}`);
      const gone = /^\s*no (.*)$/.exec(line)?.[1] ?? line;
      lines = lines.filter((one) => one !== gone);
      if (gone === line) lines = [...lines, line];
    }
    return lines;
  }

  private become(config: readonly string[]): string {
    const difference = unifiedDiff(textOf(this.config), textOf(config));
    this.config = config;
    return difference;
  }
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
