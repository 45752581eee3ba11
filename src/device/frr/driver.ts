import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, TimeoutError } from '../../core/errors.js';
import type { LabNode } from '../../runtime/types.js';
import { kernelInterfaces, kernelTables } from '../linux/kernel.js';
import type { DaemonInfo, DeviceDriver, DeviceFacts, QueryArguments, QueryKind } from '../types.js';
import { unifiedDiff } from '../unified-diff.js';
import { configuredDaemons, daemonsOf } from './daemons.js';
import { askFrr, STATE_TABLES } from './queries.js';
import { loadConfiguration, restartDaemons } from './restart.js';
import { restoreConfig } from './restore.js';
import { jsonDocuments } from './json-documents.js';
import { Vtysh } from './vtysh.js';

const POLL_MS = 100;
const LOG_FOLDER = '/var/log/frr';

/** FRRouting 8.4 and later, through vtysh in the node. It remembers what it applied: one driver per node and run. */
export class FrrDriver implements DeviceDriver {
  readonly name = 'frr';
  private readonly vtysh: Vtysh;
  /** The running configuration before the first `apply`. */
  private saved: string | undefined;
  private readonly applied: string[] = [];

  constructor(readonly node: LabNode) {
    this.vtysh = new Vtysh(node);
  }

  /** Ready is: every configured daemon has connected to vtysh, and all of them answer for their configuration. */
  async waitReady(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    let last: string;
    let wanted: readonly string[] | undefined;
    for (;;) {
      signal?.throwIfAborted();
      try {
        wanted ??= (await configuredDaemons(this.node)).map((daemon) => daemon.name.replace(/-.*/, ''));
        const said = await this.vtysh.show('show daemons', 'show running-config');
        const connected = (said.split('\n').find((line) => line.trim() !== '') ?? '').trim().split(/\s+/);
        const absent = [...new Set(wanted)].filter((daemon) => !connected.includes(daemon));
        if (absent.length === 0) return;
        last = `${absent.join(', ')} did not answer; ${connected.join(', ')} did`;
      } catch (error) {
        last = (error as Error).message;
      }
      const elapsedMs = performance.now() - startedAt;
      if (elapsedMs >= timeoutMs) throw new TimeoutError(`FRR on ${this.node.name} to answer`, last, elapsedMs);
      await sleep(Math.min(POLL_MS, timeoutMs - elapsedMs), undefined, signal === undefined ? {} : { signal });
    }
  }

  async version(): Promise<string> {
    const command = 'show version';
    const said = (await this.vtysh.askDirectly(command, 'zebra')) ?? (await this.vtysh.show(command));
    const version = /^FRRouting (\S+)/m.exec(said)?.[1];
    if (version === undefined)
      throw new LabError(`the answer to \`show version\` is not understood: ${said.slice(0, 200)}`);
    return `FRR ${version}`;
  }

  /** As FRR prints it, without the two lines that announce it. */
  async runningConfig(): Promise<string> {
    const said = await this.vtysh.show('show running-config');
    const start = /^frr version /m.exec(said);
    if (start === null) {
      throw new LabError(`the answer to \`show running-config\` is not understood: ${said.slice(0, 200)}`);
    }
    return said.slice(start.index);
  }

  /** FRR cannot tell what a snippet would change: it is applied, and taken back at once, which protocols may notice. */
  async diff(config: string): Promise<string> {
    const before = await this.runningConfig();
    const difference = await this.execute(config, before);
    await this.restore(before);
    return difference;
  }

  /** All of the snippet or nothing: where FRR refuses a line, what the lines before it changed is taken back. */
  async apply(config: string): Promise<string> {
    const before = await this.runningConfig();
    this.saved ??= before;
    const difference = await this.execute(config, before);
    this.applied.push(config);
    return difference;
  }

  async reapply(): Promise<string> {
    if (this.applied.length === 0) return '';
    const before = await this.runningConfig();
    for (const config of this.applied) await this.execute(config, await this.runningConfig());
    return unifiedDiff(before, await this.runningConfig());
  }

  /**
   * Works on the difference between what runs and what ran, whatever made it (see `restoreConfig`), and looks again
   * afterwards. A daemon that is dead cannot be configured: start it first.
   * @throws LabError with the difference that is left
   */
  async rollback(kept?: string): Promise<string> {
    const wanted = this.saved ?? kept;
    if (wanted === undefined) return '';
    const before = await this.runningConfig();
    await this.restore(wanted);
    this.saved = undefined;
    this.applied.length = 0;
    return unifiedDiff(before, await this.runningConfig());
  }

  async query<K extends QueryKind>(kind: K, args: QueryArguments = {}): Promise<DeviceFacts[K]> {
    if (kind === 'interfaces') return (await kernelInterfaces(this.node)) as DeviceFacts[K];
    return askFrr(this.vtysh, kind as Exclude<K, 'interfaces'>, args);
  }

  async stateTables(): Promise<Readonly<Record<string, string>>> {
    const tables = await kernelTables(this.node);
    const running = new Set((await this.node.processes()).map((process) => process.name));
    const silent = new Map<string, string>();
    const left: (typeof STATE_TABLES)[number][] = [];
    for (const table of STATE_TABLES.filter(({ daemon }) => running.has(daemon))) {
      const { file, daemon, command } = table;
      // One that has not answered once is not waited for again.
      const why = silent.get(daemon);
      try {
        const text = why ?? (await this.vtysh.askDirectly(command, daemon));
        if (text === undefined) left.push(table);
        else tables[file] = `${text.trim()}\n`;
      } catch (error) {
        silent.set(daemon, (error as Error).message);
        tables[file] = `${(error as Error).message}\n`;
      }
    }
    return { ...tables, ...(await this.tablesOfVtysh(left)) };
  }

  /** One vtysh for all, since each start of it costs more than its answers; one by one only where that is not clear. */
  private async tablesOfVtysh(asked: typeof STATE_TABLES): Promise<Record<string, string>> {
    if (asked.length === 0) return {};
    const tables: Record<string, string> = {};
    const all = await this.vtysh.show(...asked.map((table) => table.command)).catch(() => '');
    const documents = jsonDocuments(all);
    for (const [index, { file, command }] of asked.entries()) {
      try {
        const together = documents?.length === asked.length ? documents[index] : undefined;
        tables[file] = together === undefined ? await this.vtysh.show(command) : `${together}\n`;
      } catch (error) {
        tables[file] = `${(error as Error).message}\n`;
      }
    }
    return tables;
  }

  async logs(): Promise<Readonly<Record<string, Buffer>>> {
    const paths = new Set<string>();
    const found = await this.node.exec(['find', LOG_FOLDER, '-type', 'f'], { allowFailure: true, timeoutMs: 10_000 });
    for (const path of found.stdout
      .split('\n')
      .filter((line) => line !== '')
      .sort())
      paths.add(path);
    for (const path of await this.configuredLogFiles()) paths.add(path);
    const logs: Record<string, Buffer> = {};
    for (const path of paths) {
      const name = path.startsWith(`${LOG_FOLDER}/`) ? path.slice(LOG_FOLDER.length + 1) : path.slice(1);
      try {
        logs[name.replaceAll('/', '_')] = await this.node.readFile(path);
      } catch (error) {
        logs[`${basename(path)}.unavailable`] = Buffer.from(`${(error as Error).message}\n`);
      }
    }
    return logs;
  }

  daemons(): Promise<readonly DaemonInfo[]> {
    return daemonsOf(this.node);
  }

  async startDaemon(name: string): Promise<void> {
    const wanted = (await configuredDaemons(this.node)).find((daemon) => daemon.name === name);
    if (wanted === undefined) throw new LabError(`${this.node.name}: its daemons file does not ask for ${name}`);
    if ((await this.daemons()).some((daemon) => daemon.name === name && daemon.pid !== null)) return;
    await this.run(wanted.argv);
    // a daemon that starts alone knows nothing until vtysh hands it its part of frr.conf
    await loadConfiguration(this.node, name);
    await this.reapply();
  }

  async restartDaemons(): Promise<void> {
    await restartDaemons(this.node, (argv) => this.run(argv));
    await this.reapply();
  }

  /** A daemon goes into the background and keeps its output open: files take it, no pipe would ever end. */
  private async run(argv: readonly string[]): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'faultline-daemon-'));
    const output = join(folder, 'output');
    try {
      const process = await this.node.spawn(argv, { stdoutFile: output, stderrFile: output });
      const end = await process.exited;
      if (end.exitCode === 0) return;
      const said = (await readFile(output, 'utf8')).trim();
      throw new LabError(`${this.node.name}: ${argv.join(' ')} exited with ${end.exitCode ?? end.signal}: ${said}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async execute(config: string, before: string): Promise<string> {
    const lines = config.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('!'));
    await this.vtysh.check(config);
    const complaint = await this.vtysh.configure(lines);
    if (complaint !== undefined) {
      await this.restore(before);
      throw new LabError(`${this.node.name}: FRR refuses the configuration:\n${complaint}`);
    }
    return unifiedDiff(before, await this.runningConfig());
  }

  private restore(wanted: string): Promise<void> {
    return restoreConfig(this.vtysh, () => this.runningConfig(), wanted).catch((cause: unknown) => {
      throw new LabError(`${this.node.name}: ${(cause as Error).message}`, { cause });
    });
  }

  private async configuredLogFiles(): Promise<readonly string[]> {
    try {
      const config = await this.runningConfig();
      return [...config.matchAll(/^log file (\S+)/gm)].map((match) => match[1]!);
    } catch {
      return []; // a dead FRR still has the files of its log folder
    }
  }
}
