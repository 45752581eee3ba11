import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, type ConfigIssue } from '../core/errors.js';
import type { Families } from '../core/family.js';
import { SeededRandom } from '../core/random.js';
import type { SourceRef } from '../core/source.js';
import { hintFor } from '../core/suggest.js';
import { dataInterfaces, findNode, parseEndpoint } from '../topology/find.js';
import { readText, readTopology } from '../topology/read.js';
import type { Topology } from '../topology/types.js';
import { MAX_FLOW_ID, type Flow } from '../traffic/types.js';
import { makesInterface, staticAddress } from './addresses.js';
import { captureAt, capturePoints } from './captures.js';
import { intervalNs } from './fields.js';
import { arbitratedFlows, orderFlows } from './order-plan.js';
import type { Plan } from './plan.js';
import { parseScenario, readScenario } from './read.js';
import { makeL2cpPlan } from './l2cp.js';
import { checkNames, type Report } from './references.js';
import type { Scenario, TrafficItem } from './types.js';

/** What the command line says over the file. */
export type PlanOverrides = Partial<Pick<Scenario, 'runtime' | 'clock' | 'kernel' | 'lab' | 'seed' | 'repeat'>>;

/**
 * A scenario met with its topology. Pure and the same for the same input: ids are given in the file's order, the
 * fault's instant is drawn by the seed (the scenario's, else 1). An end of a flow whose address only the running lab
 * knows has the address ''; `withAddresses` fills it in later.
 * @throws ConfigError with everything of the scenario that the topology does not have or allow, each with its place
 */
export function makePlan(
  scenario: Scenario,
  topology: Topology,
  families: Families,
  overrides: PlanOverrides = {},
): Plan {
  const issues: ConfigIssue[] = [];
  const report: Report = (source, message, hint) => {
    issues.push({ ...source, message, ...(hint === undefined ? {} : { hint }) });
  };
  for (const { node, source } of [...scenario.configure, ...(scenario.steps?.at ?? [])]) {
    checkNode(topology, node, source, report);
  }
  const flows = scenario.traffic
    .flatMap((item) => itemFlows(item, topology, report))
    .map((flow, i) => ({ ...flow, id: i + 1 }));
  if (flows.length > MAX_FLOW_ID) {
    report(scenario.traffic[0]!.source, `the traffic comes to ${flows.length} flows, ${MAX_FLOW_ID} are possible`);
  }
  const orders = orderFlows(
    scenario.orders ?? [],
    flows.length + 1,
    ({ node, interface: inside, source }, what) => flowEnd(topology, node, inside, source, what, report),
    (item, text) => report(item.source, text),
  );
  const extra = scenario.capture.flatMap(({ endpoint, source }) => {
    const place = parseEndpoint(topology, endpoint);
    if (place === undefined || !checkInterface(topology, place.node, place.interface, source, report)) return [];
    return [place];
  });
  const captures = capturePoints(flows, extra, orders);
  checkNames(scenario, topology, families, report);
  checkHidden(scenario, topology, families, { flows, orders, captures }, report);
  const l2cp = scenario.l2cp === undefined ? undefined : makeL2cpPlan(scenario.l2cp, topology, scenario.file, report);
  if (issues.length > 0) throw new ConfigError(issues.sort((a, b) => a.line - b.line || a.column - b.column));

  const used = { ...scenario, ...definedOnly(overrides) };
  const seed = used.seed ?? 1;
  const { fault } = scenario;
  const faultDelayNs =
    fault === undefined ? undefined : fault.atNs + new SeededRandom(seed, 'fault').below(Math.max(1, fault.windowNs));
  const arbitrations = arbitratedFlows(scenario, flows);
  const plan = {
    ...{ scenario: used, topology, flows, captures, seed, faultDelayNs },
    ...(orders.length === 0 ? {} : { orders }),
    ...(arbitrations.length === 0 ? {} : { arbitrations }),
  };
  return l2cp === undefined ? plan : { ...plan, l2cp };
}

/**
 * Reads a scenario and the topology that it names, and makes the plan. Where both files have errors, all of them are
 * told at once.
 * @param options.env values for the topology's `${VAR}`s; the process's environment unless told. The scenario's own
 * `env` wins.
 * @throws ConfigError
 */
export function loadPlan(
  file: string,
  families: Families,
  options: { readonly env?: Readonly<Record<string, string | undefined>>; readonly overrides?: PlanOverrides } = {},
): Plan {
  const env = options.env ?? process.env;
  let scenario: Scenario;
  try {
    scenario = readScenario(file, families);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError([...error.issues, ...topologyIssues(file, families, env)]);
  }
  const topology = topologyOf(scenario, env);
  return makePlan(scenario, topology, families, options.overrides);
}

function topologyOf(scenario: Scenario, env: Readonly<Record<string, string | undefined>>): Topology {
  const { topologyFile, topologySource } = scenario;
  if (topologySource !== undefined && !existsSync(topologyFile)) {
    throw new ConfigError([{ ...topologySource, message: `there is no topology file ${topologyFile}` }]);
  }
  return readTopology(topologyFile, { env: { ...env, ...scenario.env } });
}

/** What is wrong with the topology of a scenario that is itself wrong, as far as it can be told. */
function topologyIssues(
  file: string,
  families: Families,
  env: Readonly<Record<string, string | undefined>>,
): readonly ConfigIssue[] {
  try {
    const { scenario } = parseScenario(readText(file), path.resolve(file), families);
    if (scenario !== undefined) topologyOf(scenario, env);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.issues : [];
  }
}

function itemFlows(item: TrafficItem, topology: Topology, report: Report): Omit<Flow, 'id'>[] {
  const source = item.fromSource ?? item.source;
  const from = flowEnd(topology, item.from, item.fromInterface, source, 'send from', report);
  const receivers = item.to.map((to) => {
    const end = flowEnd(topology, to.node, to.interface, to.source, 'receive at', report);
    return { ...end, igmp: item.igmp, join: to.join };
  });
  return item.groups.map((group) => ({
    name: item.groups.length === 1 ? item.name : `${item.name}[${group}]`,
    item: item.name,
    from,
    group,
    port: item.port,
    ssm: item.ssm,
    intervalNs: intervalNs(item.ratePps),
    payloadBytes: item.payloadBytes,
    ttl: item.ttl,
    tree: item.tree,
    receivers,
  }));
}

/** The node's interface that is named, else its only one. */
function flowEnd(
  topology: Topology,
  nodeName: string,
  named: string | undefined,
  source: SourceRef,
  what: string,
  report: Report,
): Flow['from'] {
  const end = { node: nodeName, interface: named ?? '', address: '' };
  const node = checkNode(topology, nodeName, source, report);
  if (node === undefined) return end;
  const interfaces = dataInterfaces(topology, nodeName);
  if (named !== undefined) {
    const name = parseEndpoint(topology, `${nodeName}:${named}`)?.interface ?? named;
    checkInterface(topology, nodeName, name, source, report);
    return { ...end, interface: name, address: staticAddress(node, name) };
  }
  const [only, ...more] = interfaces;
  if (only === undefined) {
    report(source, `\`${nodeName}\` has no link to ${what}`);
  } else if (more.length > 0) {
    report(
      source,
      `\`${nodeName}\` has several interfaces to ${what}: ${interfaces.join(', ')}`,
      `write \`${nodeName}:${only}\``,
    );
  } else {
    return { ...end, interface: only, address: staticAddress(node, only) };
  }
  return end;
}

function checkNode(
  topology: Topology,
  name: string,
  source: SourceRef,
  report: Report,
): Topology['nodes'][number] | undefined {
  const node = findNode(topology, name);
  if (node === undefined) {
    const names = topology.nodes.map((one) => one.name);
    report(source, `the topology has no node \`${name}\``, hintFor(name, names, 16));
  }
  return node;
}

function checkInterface(topology: Topology, node: string, name: string, source: SourceRef, report: Report): boolean {
  if (checkNode(topology, node, source, report) === undefined) return false;
  const interfaces = dataInterfaces(topology, node);
  if (interfaces.includes(name) || makesInterface(topology, node, name)) return true;
  report(source, `\`${node}\` has no interface \`${name}\``, hintFor(name, interfaces, 16));
  return false;
}

/**
 * A capture that still sees what the fault drops would make lost packets look received. The flows say who sends and
 * receives where: one capture may serve both.
 */
function checkHidden(
  scenario: Scenario,
  topology: Topology,
  families: Families,
  { flows, orders = [], captures }: Pick<Plan, 'flows' | 'orders' | 'captures'>,
  report: Report,
): void {
  const { fault } = scenario;
  const member = fault === undefined ? undefined : families.faults[fault.kind];
  for (const { endpoint, role, why } of member?.hidesFrom?.(fault!.options as never) ?? []) {
    const place = parseEndpoint(topology, endpoint);
    const capture = place === undefined ? undefined : captureAt(captures, place);
    if (place === undefined || capture === undefined) continue;
    const here = (end: { node: string; interface: string }): boolean =>
      end.node === place.node && end.interface === place.interface;
    const trades = orders.some(({ client, engine }) => here(client) || here(engine));
    const sends = trades || flows.some(({ from }) => here(from));
    const receives = trades || flows.some(({ receivers }) => receivers.some(here));
    if (role === undefined || (role === 'sender' ? sends : receives)) {
      report(fault!.source, `the capture \`${capture.id}\` could not see what this fault drops: ${why}`);
    }
  }
}

function definedOnly(overrides: PlanOverrides): PlanOverrides {
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
}
