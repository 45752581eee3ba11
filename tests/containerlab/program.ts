import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../src/runtime/containerlab/program.js';

/** @throws Error where it is missing: these tests are run by `scripts/test-containerlab.sh`, which builds it */
function foundProgram(): string {
  const program = findProgram();
  if (program === undefined || !existsSync(program))
    throw new Error('containerlab is missing: scripts/containerlab.sh builds it');
  return program;
}

/** The containerlab program with a folder of its own for what it writes. */
export class ContainerlabProgram {
  readonly dir = mkdtempSync(join(tmpdir(), 'faultline-clab-'));
  private readonly program = foundProgram();

  /** Labs that containerlab publishes; they lie beside the program that `scripts/containerlab.sh` builds. */
  get examples(): string {
    return join(dirname(this.program), 'lab-examples');
  }

  environment(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    return { ...process.env, CLAB_VERSION_CHECK: 'disable', CLAB_LABDIR_BASE: this.dir, ...env };
  }

  /** Runs it to its end. */
  async run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ failed: boolean; log: string }> {
    try {
      const end = await promisify(execFile)(this.program, args, { env: this.environment(env), timeout: 240_000 });
      return { failed: false, log: `${end.stdout}${end.stderr}` };
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      return { failed: true, log: `${stdout}${stderr}` };
    }
  }

  /** What `containerlab graph` shows of a file, from the page that it serves; a text where it refuses the file. */
  async graph(file: string, env: Readonly<Record<string, string>> = {}): Promise<Graph | string> {
    const template = join(this.dir, 'data.html');
    writeFileSync(template, '<script type="application/json">{{.Data}}</script>');
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      this.program,
      ['graph', '--offline', '--srv', address, '--template', template, '--topo', file],
      {
        env: this.environment(env),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let log = '';
    child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    let isOver = false;
    const ended = new Promise<void>((done) => child.on('close', () => ((isOver = true), done())));
    try {
      for (let attempt = 0; attempt < 600 && !isOver; attempt++) {
        const page = await fetch(`http://${address}/`).then(
          (reply) => reply.text(),
          () => undefined,
        );
        if (page !== undefined) return JSON.parse(/<script[^>]*>(.*)<\/script>/s.exec(page)![1]!) as Graph;
        await new Promise((done) => setTimeout(done, 50));
      }
      if (!isOver) throw new Error(`containerlab graph serves nothing: ${log}`);
      return log;
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export interface Graph {
  readonly nodes?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly image?: string;
    readonly group?: string;
  }[];
  readonly links?: readonly {
    readonly source: string;
    readonly source_endpoint: string;
    readonly target: string;
    readonly target_endpoint: string;
  }[];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
