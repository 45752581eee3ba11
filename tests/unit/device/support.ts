import { LabError } from '../../../src/core/errors.js';
import { FakeDriver } from '../../../src/device/fake/driver.js';
import type { LabView } from '../../../src/probe/types.js';
import type { ExecResult, Lab, LabNode } from '../../../src/runtime/types.js';
import type { DriverName } from '../../../src/topology/types.js';
import type { Flow, LiveCounts } from '../../../src/traffic/types.js';

/** What programs do in a fake node. */
export type FakePrograms = (argv: readonly string[]) => Partial<ExecResult>;

export function fakeNode(name: string, programs: FakePrograms = () => ({}), driver: DriverName = 'fake'): LabNode {
  const run = async (argv: readonly string[]): Promise<ExecResult> => ({
    exitCode: 0,
    stdout: '',
    stderr: '',
    durationMs: 0,
    ...programs(argv),
  });
  const node: Partial<LabNode> = {
    name,
    spec: { name, driver } as LabNode['spec'],
    exec: run,
    execOutside: run,
    copyIn: async () => undefined,
  };
  return node as LabNode;
}

export interface FakeLab extends LabView {
  readonly drivers: Readonly<Record<string, FakeDriver>>;
  /** Milliseconds slept so far. */
  sleptMs(): number;
}

/**
 * A lab of fake devices, its clock moved only by sleeping. `links` are `a:eth1--b:eth1`.
 */
export function fakeLab(
  names: readonly string[],
  options: {
    readonly links?: readonly string[];
    readonly programs?: FakePrograms;
    readonly flows?: readonly Flow[];
    readonly counts?: (sleptMs: number) => LiveCounts;
    readonly signal?: AbortSignal;
  } = {},
): FakeLab {
  const nodes = names.map((name) => fakeNode(name, options.programs));
  const drivers = Object.fromEntries(nodes.map((node) => [node.name, new FakeDriver(node)]));
  const ends = (options.links ?? []).flatMap((link) => {
    const [a = '', b = ''] = link.split('--');
    return [
      [a, b],
      [b, a],
    ] as const;
  });
  let slept = 0;
  const counts = options.counts;
  const topology = {
    nodes: [],
    links: (options.links ?? []).map((id) => ({
      id,
      endpoints: id.split('--').map((end) => ({ node: end.split(':')[0]!, interface: end.split(':')[1]! })),
    })),
  };
  const lab: Partial<Lab> = {
    nodes,
    topology: topology as unknown as Lab['topology'],
    node: (name) => {
      const found = nodes.find((node) => node.name === name);
      if (found === undefined) throw new LabError(`no node ${name}`);
      return found;
    },
    peerOf: (node, name) => {
      const [peer, interfaceName] = ends.find(([end]) => end === `${node}:${name}`)?.[1].split(':') ?? [];
      return peer === undefined || interfaceName === undefined ? undefined : { node: peer, interface: interfaceName };
    },
  };
  return {
    lab: lab as Lab,
    drivers,
    driver: (name) => {
      const found = drivers[name];
      if (found === undefined) throw new LabError(`no node ${name}`);
      return found;
    },
    traffic: counts === undefined ? undefined : { counts: async () => counts(slept) },
    flows: options.flows ?? [],
    now: () => BigInt(Math.round(slept * 1e6)),
    sleep: async (ms) => {
      slept += ms;
    },
    signal: options.signal ?? new AbortController().signal,
    sleptMs: () => slept,
  };
}

export function flowOf(name: string, receivers: readonly string[], intervalNs = 1_000_000): Flow {
  return {
    id: 1,
    name,
    item: name.replace(/\[.*/, ''),
    from: { node: 'feed', interface: 'eth1', address: '10.1.1.10' },
    group: '239.1.1.1',
    port: 5001,
    ssm: false,
    intervalNs,
    payloadBytes: 100,
    ttl: 10,
    tree: undefined,
    receivers: receivers.map((node) => ({
      node,
      interface: 'eth1',
      address: '10.2.2.2',
      igmp: 3,
      join: node.startsWith('late') ? { when: 'after-fault', offsetNs: 0 } : { when: 'start' },
    })),
  };
}
