import { CommandError, LabError } from '../../core/errors.js';
import type { Json } from '../../core/json.js';
import type { Topology, TopologyNode } from '../../topology/types.js';
import { fullNodeName } from '../netns/names.js';
import { TopologyLab } from '../topology-lab.js';
import type {
  ExecOptions,
  ExecResult,
  HostFinding,
  KillMode,
  NodeProcess,
  Lab,
  LabNode,
  LabProcess,
  LabSummary,
  NodeSoftware,
  NodeState,
  Runtime,
  UpOptions,
} from '../types.js';

/** What a scripted command gives: its stdout, or all of its result. */
export type FakeAnswer = string | Partial<ExecResult>;
/** Answers a command of a node; undefined: there is no such program. */
export type FakeScript = (node: string, argv: readonly string[], input: string | undefined) => FakeAnswer | undefined;

/** Something that was done to a node of a fake lab, in the order it was done. */
export interface FakeCall {
  readonly lab: string;
  readonly node: string;
  readonly what: string;
  readonly argv: readonly string[];
}

/** Labs in memory, for unit tests: nodes hold files, answer commands as scripted, and remember what was done to them. */
export class FakeRuntime implements Runtime {
  readonly name = 'fake';
  readonly calls: FakeCall[] = [];
  private readonly labs = new Map<string, { readonly lab: TopologyLab; readonly runDir: string | null }>();

  constructor(private readonly script: FakeScript = () => undefined) {}

  async check(): Promise<readonly HostFinding[]> {
    return [];
  }

  async up(topology: Topology, options: UpOptions = {}): Promise<Lab> {
    options.signal?.throwIfAborted();
    const name = options.labName ?? topology.name;
    if (this.labs.has(name)) throw new LabError(`lab ${name} is already up: take it down first (faultline down)`);
    const nodes = topology.nodes.map(
      (spec) => new FakeNode(name, fullNodeName(topology, name, spec.name), spec, this.script, this.calls),
    );
    const lab = new TopologyLab(name, 'fake', topology, nodes);
    this.labs.set(name, { lab, runDir: options.runDir ?? null });
    return lab;
  }

  async attach(labName: string): Promise<Lab> {
    const found = this.labs.get(labName);
    if (found) return found.lab;
    throw new LabError(`lab ${labName} is not up (labs here: ${[...this.labs.keys()].join(', ') || 'none'})`);
  }

  async list(): Promise<readonly LabSummary[]> {
    const summaries = [...this.labs.values()].map(async ({ lab, runDir }): Promise<LabSummary> => {
      const nodes = await Promise.all(
        lab.nodes.map(async (node) => ({
          name: node.name,
          fullName: node.fullName,
          kind: node.spec.kind,
          image: node.spec.image ?? '',
          state: await node.state(),
          initPid: null,
          ipv4: '',
          ipv6: '',
        })),
      );
      return { name: lab.name, runtime: 'fake', topologyFile: lab.topology.file, owner: '', runDir, nodes };
    });
    return Promise.all(summaries);
  }

  async down(labName: string): Promise<void> {
    this.labs.delete(labName);
  }
}

class FakeNode implements LabNode {
  readonly name: string;
  private readonly files = new Map<string, Buffer>();
  private current: NodeState = 'running';

  constructor(
    private readonly lab: string,
    readonly fullName: string,
    readonly spec: TopologyNode,
    private readonly script: FakeScript,
    private readonly calls: FakeCall[],
  ) {
    this.name = spec.name;
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    this.mustRun();
    return this.answer('exec', argv, options);
  }

  async execOutside(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return this.answer('execOutside', argv, options);
  }

  async spawn(argv: readonly string[]): Promise<LabProcess> {
    this.mustRun();
    return this.start('spawn', argv);
  }

  async spawnOutside(argv: readonly string[]): Promise<LabProcess> {
    return this.start('spawnOutside', argv);
  }

  async copyIn(nodePath: string, content: string | Uint8Array): Promise<void> {
    this.mustBeUp();
    this.files.set(nodePath, Buffer.from(content));
  }

  async readFile(nodePath: string): Promise<Buffer> {
    this.mustBeUp();
    const content = this.files.get(nodePath);
    if (content === undefined) throw new LabError(`node ${this.name} has no file ${nodePath}`);
    return content;
  }

  netns(): string {
    return `/run/netns/${this.fullName}`;
  }

  async state(): Promise<NodeState> {
    return this.current;
  }

  async software(): Promise<NodeSoftware> {
    return { product: 'fake', version: '0', image: this.spec.image ?? '', substituted: false, detail: 'in memory' };
  }

  async pause(): Promise<void> {
    this.mustBeUp();
    this.note('pause', []);
    this.current = 'paused';
  }

  async resume(): Promise<void> {
    this.note('resume', []);
    if (this.current === 'paused') this.current = 'running';
  }

  async kill(mode: KillMode): Promise<void> {
    this.note('kill', [mode]);
    this.current = 'dead';
  }

  async stop(goodbye: boolean): Promise<void> {
    this.note('stop', [goodbye ? 'goodbye' : 'links first']);
    this.current = 'dead';
  }

  async boot(): Promise<void> {
    this.note('boot', []);
    if (this.current === 'dead') this.files.clear();
    this.current = 'running';
  }

  async processes(): Promise<readonly NodeProcess[]> {
    return [];
  }

  async facts(): Promise<Json> {
    return { fullName: this.fullName };
  }

  private answer(what: string, argv: readonly string[], options: ExecOptions): ExecResult {
    options.signal?.throwIfAborted();
    this.note(what, argv);
    const answer = this.script(this.name, argv, options.input);
    const plain = typeof answer === 'string' ? { stdout: answer } : answer;
    const none: Partial<ExecResult> = { exitCode: 127, stderr: `${argv[0] ?? ''}: not scripted` };
    const result: ExecResult = { exitCode: 0, stdout: '', stderr: '', durationMs: 0, ...(plain ?? none) };
    if (result.exitCode !== 0 && options.allowFailure !== true) {
      const { exitCode, stderr, durationMs } = result;
      throw new CommandError({ argv, exitCode, signal: null, stderrTail: stderr, durationMs });
    }
    return result;
  }

  private start(what: string, argv: readonly string[]): LabProcess {
    this.note(what, argv);
    let end!: (how: { exitCode: number | null; signal: string | null; stderrTail: string }) => void;
    const exited = new Promise<{ exitCode: number | null; signal: string | null; stderrTail: string }>((resolve) => {
      end = resolve;
    });
    return {
      pid: 0,
      argv,
      stdin: null,
      stdout: null,
      stderr: null,
      exited,
      stop: async (signal = 'SIGTERM') => {
        this.note('stop', [signal, ...argv]);
        end({ exitCode: null, signal, stderrTail: '' });
      },
    };
  }

  private note(what: string, argv: readonly string[]): void {
    this.calls.push({ lab: this.lab, node: this.name, what, argv });
  }

  private mustRun(): void {
    this.mustBeUp();
    if (this.current === 'paused') throw new LabError(`node ${this.name} is paused: nothing can run in it`);
  }

  private mustBeUp(): void {
    if (this.current === 'dead') throw new LabError(`node ${this.name} is down: boot it first`);
  }
}
