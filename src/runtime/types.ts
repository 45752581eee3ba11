import type { Duplex } from 'node:stream';
import type { Json } from '../core/json.js';
import type { ProcessIdentity } from '../process/proc.js';
import type { Endpoint, Topology, TopologyLink, TopologyNode } from '../topology/types.js';

export type RuntimeName = 'netns' | 'containerlab' | 'fake';

/** One thing the host has or lacks. `missing` names what a topology needs and the host cannot do. */
export interface HostFinding {
  /** `veth`, `bridge`, `nft-netdev-ingress`, `frr`, `root` … */
  readonly what: string;
  readonly state: 'ok' | 'missing' | 'note';
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Whether it is there for a lab in the lab kernel. */
  readonly labKernelHas?: true;
}

/** What happens while a lab comes up or goes down, for people. */
export interface LabProgress {
  readonly stage: string;
  readonly node?: string;
  readonly detail?: string;
}

export interface UpOptions {
  /** Replaces the topology's own name. */
  readonly labName?: string;
  /** Where the image a node names is not what would run: an error instead of a note. */
  readonly strictImages?: boolean;
  readonly onProgress?: (progress: LabProgress) => void;
  /** Aborted: stop, take down what is there, reject with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds to wait before the daemons of a node start; 0 unless told. Comes from the seed of a run. */
  readonly startOffsetMs?: (node: string) => number;
  /** The run that owns the lab; kept in the lab's state so that recovery knows. */
  readonly runDir?: string;
  /** Values for the topology file's `${VAR}`s over those of the process, where the runtime reads the file itself. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A place where labs live. Implementations hold no state outside the labs and their state folder. */
export interface Runtime {
  readonly name: RuntimeName;
  /** What the host has of what this topology (or, without one, any topology) needs. Creates nothing that stays. */
  check(topology?: Topology): Promise<readonly HostFinding[]>;
  /**
   * Brings the lab up: links, binds, daemons started, `exec` done. Where anything fails, nothing is left.
   * @throws LabError where the host lacks something (before anything is created), the name is taken, or a part fails.
   */
  up(topology: Topology, options?: UpOptions): Promise<Lab>;
  /** @throws LabError where there is no such lab. */
  attach(labName: string): Promise<Lab>;
  list(): Promise<readonly LabSummary[]>;
  /** Takes the lab down, also one that is half made or absent, and looks again afterwards. @throws CleanupError */
  down(labName: string, options?: { readonly onProgress?: (progress: LabProgress) => void }): Promise<void>;
}

export interface NodeSummary {
  readonly name: string;
  /** `clab-<lab>-<node>` */
  readonly fullName: string;
  readonly kind: string;
  readonly image: string;
  readonly state: NodeState;
  readonly initPid: number | null;
  readonly ipv4: string;
  readonly ipv6: string;
}
export interface LabSummary {
  readonly name: string;
  readonly runtime: RuntimeName;
  readonly topologyFile: string;
  readonly owner: string;
  readonly runDir: string | null;
  readonly nodes: readonly NodeSummary[];
}

export type NodeState = 'running' | 'paused' | 'dead';

/** The program that really runs in a node, beside what the topology asked for. */
export interface NodeSoftware {
  /** `FRR`, `Linux` … */
  readonly product: string;
  readonly version: string;
  /** What the topology's `image` says. */
  readonly image: string;
  /** True where what runs is not that image (host programs stand in for it, at another version). */
  readonly substituted: boolean;
  readonly detail: string;
}

export interface ExecOptions {
  readonly timeoutMs?: number;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A non-zero exit is a result, not a CommandError. */
  readonly allowFailure?: boolean;
  readonly signal?: AbortSignal;
}
export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}
export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Files that take its output; where absent, `stdout` and `stderr` are pipes to read from. */
  readonly stdoutFile?: string;
  readonly stderrFile?: string;
}
/** A program that runs on. Ending faultline ends it too (it is in faultline's process group and dies with its parent). */
export interface LabProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly stdin: NodeJS.WritableStream | null;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  /** Settles when it has ended, never rejects. */
  readonly exited: Promise<{
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly stderrTail: string;
  }>;
  /** Sends `signal` (SIGTERM), waits `graceMs` (2000), then SIGKILL; resolves when it is gone. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
}

export interface Lab {
  readonly name: string;
  readonly runtime: RuntimeName;
  readonly topology: Topology;
  /** In the topology's order. */
  readonly nodes: readonly LabNode[];
  /** @throws LabError where there is no such node. */
  node(name: string): LabNode;
  /** By id, or by one end (`core1:eth1`), or by both in either order (`edge1:eth2--core1:eth1`). @throws LabError */
  link(ref: string): TopologyLink;
  /** The other end of the link at this interface; undefined where nothing is attached. */
  peerOf(node: string, interfaceName: string): Endpoint | undefined;
  /** Tells what befalls the lab without faultline's doing (a node ends by itself, Docker goes away) until it is stopped. */
  watch(onTrouble: (text: string) => void): Promise<{ readonly stop: () => void }>;
}

/** A process of a node; pid and start as the host sees them. */
export interface NodeProcess extends ProcessIdentity {
  /** Its `comm`. */
  readonly name: string;
  readonly argv: readonly string[];
}

/** What the neighbours of a dead node see. */
export type KillMode =
  /** A box without power: its links lose carrier. */
  | 'carrier-down'
  /** Links stay up and nothing passes. */
  | 'carrier-silent'
  /** The control plane is dead, the kernel goes on forwarding. */
  | 'dataplane-keep';

/** Everything that is done to a node goes through here. */
export interface LabNode {
  readonly name: string;
  /** `clab-<lab>-<node>`, also the name of its network namespace. */
  readonly fullName: string;
  readonly spec: TopologyNode;
  /** Runs a program inside the node (all its namespaces, its own files). @throws CommandError */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Starts a program inside the node. */
  spawn(argv: readonly string[], options?: SpawnOptions): Promise<LabProcess>;
  /** Runs a program of the host in the node's network namespace only. @throws CommandError */
  execOutside(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Starts a program of the host in the node's network namespace only: traffic, captures, frame probes. */
  spawnOutside(argv: readonly string[], options?: SpawnOptions): Promise<LabProcess>;
  /** Writes a file in the node, with its folder. */
  copyIn(nodePath: string, content: string | Uint8Array, mode?: number): Promise<void>;
  /** Reads a file of the node. @throws LabError where it is not there. */
  readFile(nodePath: string): Promise<Buffer>;
  /**
   * Connects to a Unix socket of the node. Absent where the runtime cannot.
   * @throws LabError where the node does not run; the system's error (ENOENT, ECONNREFUSED)
   */
  connect?(nodePath: string): Promise<Duplex>;
  /** Path of the network namespace on the host, usable with `nsenter --net=`. */
  netns(): string;
  state(): Promise<NodeState>;
  software(): Promise<NodeSoftware>;
  /** Stops every process of the node where it stands; nothing in it runs until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends everything in the node, the way `mode` says. Idempotent. */
  kill(mode: KillMode): Promise<void>;
  /**
   * Ends everything in the node; its links lose carrier and are kept for `boot`. With `goodbye` its programs are told to
   * end first (SIGTERM, then 10 s) while the links are up, so that a protocol can say goodbye; without, links go first, as
   * `containerlab stop` does it. Does nothing to a node that is dead.
   */
  stop(goodbye: boolean): Promise<void>;
  /** Starts a dead node again as if power came back: links up, addresses and daemons as at first. Idempotent. */
  boot(): Promise<void>;
  /** Processes of the node, its init apart. Order: by pid in the node. */
  processes(): Promise<readonly NodeProcess[]>;
  /** Runtime's own facts about the node for the run folder. */
  facts(): Promise<Json>;
}
