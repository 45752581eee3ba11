import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { JournalEntry } from '../../src/run/events.js';
import { readJournal } from '../../src/run/journal.js';
import type { RunResult } from '../../src/run/result.js';

const FAULTLINE = resolve('bin/faultline');

export interface CliEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own for states and runs, so that tests neither see nor touch the labs of anybody else. */
export class Workplace {
  readonly dir = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  readonly runs = join(this.dir, 'runs');
  readonly state = join(this.dir, 'state');
  readonly temporary = mkdtempSync(join(this.dir, 'tmp-'));

  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): { child: ChildProcess; end: Promise<CliEnd> } {
    const child = spawn(process.execPath, [FAULTLINE, ...args], {
      env: { ...process.env, FAULTLINE_STATE: this.state, TMPDIR: this.temporary, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const end = new Promise<CliEnd>((done) => {
      child.on('close', (exitCode, signal) => done({ exitCode, signal, stdout, stderr }));
    });
    return { child, end };
  }

  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliEnd> {
    return this.start(args, env).end;
  }

  runDirs(): string[] {
    return existsSync(this.runs)
      ? readdirSync(this.runs)
          .sort()
          .map((name) => join(this.runs, name))
      : [];
  }

  results(): RunResult[] {
    return this.runDirs().map((dir) => JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8')) as RunResult);
  }

  journal(): readonly JournalEntry[] {
    const [dir] = this.runDirs();
    const path = dir === undefined ? '' : join(dir, 'journal.jsonl');
    return existsSync(path) ? readJournal(path) : [];
  }

  /** Resolves when the journal of the first run holds such an entry; rejects after a generous while. */
  async journalHas(wanted: (entry: JournalEntry) => boolean): Promise<void> {
    for (let attempt = 0; attempt < 1200; attempt++) {
      if (this.journal().some(wanted)) return;
      await new Promise((done) => setTimeout(done, 25));
    }
    throw new Error(`not in the journal; last: ${JSON.stringify(this.journal().at(-1))}`);
  }

  /** With KEEP_RUNS in the environment everything stays, to be looked at. */
  remove(): void {
    if (process.env['KEEP_RUNS'] !== undefined) return;
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** What is left of labs with this name: namespaces, processes in them or working for them, files. */
export function leftovers(labPrefix: string, workplace: Workplace): string[] {
  const found: string[] = [];
  const spaces = existsSync('/run/netns') ? readdirSync('/run/netns') : [];
  found.push(...spaces.filter((name) => name.startsWith(`clab-${labPrefix}`)).map((name) => `namespace ${name}`));
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
      const ours = environment.includes(workplace.dir) || command.includes(workplace.dir);
      if (ours && Number(pid) !== process.pid)
        found.push(`process ${pid}: ${command} in ${readlinkSync(`/proc/${pid}/cwd`)}`);
    } catch {
      // it ended meanwhile
    }
  }
  for (const folder of ['labs', 'runs']) {
    const path = join(workplace.state, folder);
    if (existsSync(path)) found.push(...readdirSync(path).map((name) => `state ${folder}/${name}`));
  }
  found.push(...readdirSync(workplace.temporary).map((name) => `temporary file ${name}`));
  return found;
}
