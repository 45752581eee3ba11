import path from 'node:path';
import { ConfigError, type ConfigIssue } from '../core/errors.js';
import type { AnyFamilyMember, Families } from '../core/family.js';
import { checkWhatIsThere, placeIssues, type ShapeIssue } from '../core/shape.js';
import { parseYaml, type YamlDocument, type YamlPath } from '../core/yaml.js';
import type { L2cpOptions } from '../l2cp/options.js';
import { readText } from '../topology/read.js';
import { checkConsistency, type Damage } from './consistency.js';
import { ORDER_KEY, type OrderEntry } from './order-schema.js';
import type { StepsEntry } from './steps-schema.js';
import {
  createScenarioSchema,
  type ArbitrationEntry,
  type ExpectationEntry,
  type LimitsEntry,
  type ScenarioFile,
  type TrafficEntry,
} from './schema.js';
import type {
  Arbitration,
  EndName,
  Expectation,
  FaultUse,
  L2cpUse,
  Limits,
  NamedPart,
  OrderItem,
  ProbeUse,
  Scenario,
  StepsUse,
  TrafficItem,
} from './types.js';

const OBSERVE_AFTER_FAULT_NS = 5_000_000_000;
const OBSERVE_WITHOUT_FAULT_NS = 10_000_000_000;

/**
 * Reads a scenario file.
 * @throws ConfigError with everything that is wrong in it, each with its place. What the topology has to say comes with
 * the plan.
 */
export function readScenario(file: string, families: Families): Scenario {
  const absolute = path.resolve(file);
  const { scenario, issues } = parseScenario(readText(absolute), absolute, families);
  if (issues.length > 0 || scenario === undefined) throw new ConfigError(issues);
  return scenario;
}

/**
 * A scenario file's text → the checked scenario. Pure.
 * @param file its absolute path: the topology's path starts at its folder
 * @returns with issues also what could be made of the rest; undefined where that is nothing
 */
export function parseScenario(
  text: string,
  file: string,
  families: Families,
): { readonly scenario: Scenario | undefined; readonly issues: readonly ConfigIssue[] } {
  const { document, issues: yamlIssues } = parseYaml(text, file);
  if (document === undefined) return { scenario: undefined, issues: yamlIssues };
  const { data, issues: shapeIssues } = checkWhatIsThere(createScenarioSchema(families, 'check'), document.value);
  const issues = [...yamlIssues, ...placeIssues(document, shapeIssues)];
  if (data === undefined) return { scenario: undefined, issues: inOrder(issues) };
  const scenario = build(data, document, families);
  return { scenario, issues: inOrder([...issues, ...checkConsistency(scenario, damageOf(shapeIssues))]) };
}

/** What was taken out of the file before it could be looked at as a whole. */
function damageOf(issues: readonly ShapeIssue[]): Damage {
  const paths = issues.map(({ path }) => path.map(String));
  const items = (section: string): Set<string> =>
    new Set(paths.filter(([first]) => first === section).flatMap(([, item]) => item ?? []));
  const sections = issues.filter(
    ({ path, of }) => path.length <= 1 && (of === 'key' || path[0] === 'traffic' || path[0] === 'arbitrate'),
  );
  return {
    whole: sections.length > 0,
    fault: paths.some(([first]) => first === 'fault'),
    traffic: items('traffic'),
    expect: items('expect'),
    arbitrate: items('arbitrate'),
  };
}

function inOrder(issues: readonly ConfigIssue[]): ConfigIssue[] {
  return [...issues].sort((a, b) => a.line - b.line || a.column - b.column);
}

function build(data: ScenarioFile, document: YamlDocument, families: Families): Scenario {
  const { file } = document;
  const fault = data.fault === undefined ? undefined : buildFault(data.fault, document, families);
  return {
    name: data.name,
    description: data.description,
    file,
    topologyFile: path.resolve(path.dirname(file), data.topology),
    topologySource: document.at(['topology']),
    runtime: data.runtime,
    clock: data.clock,
    kernel: data.kernel,
    seed: data.seed,
    lab: data.lab,
    env: textsOf(document, data.env),
    configure: Object.entries(data.configure).map(([node, config]) => ({
      node,
      config: typeof config === 'string' ? config : `${config.join('\n')}\n`,
      source: document.at(['configure', node], 'key'),
    })),
    steady: data.steady.map(({ kind, entry }, index): ProbeUse => {
      const at = ['steady', index, kind];
      const names = namedParts(families.probes[kind], entry.options, document, at);
      return { kind, options: entry.options, names, source: document.at(at, 'key') };
    }),
    steadyWithinNs: data['steady-within'],
    traffic: Object.entries(data.traffic).flatMap(([name, entry]) =>
      isOrder(entry) ? [] : [buildItem(name, entry, document)],
    ),
    orders: Object.entries(data.traffic).flatMap(([name, entry]) =>
      isOrder(entry) ? [buildOrder(name, entry, document)] : [],
    ),
    arbitrate: Object.entries(data.arbitrate).map(([name, entry]) => buildArbitration(name, entry, document)),
    ...(data.steps === undefined ? {} : { steps: buildSteps(data.steps, document) }),
    capture: data.capture.map((endpoint, index) => ({ endpoint, source: document.at(['capture', index]) })),
    fault,
    observeNs: data.observe ?? (fault === undefined ? OBSERVE_WITHOUT_FAULT_NS : OBSERVE_AFTER_FAULT_NS),
    expect: Object.entries(data.expect).flatMap(([item, entry]) =>
      Array.isArray(entry)
        ? entry.map((one, index) => buildExpectation(item, one, document, ['expect', item, index]))
        : [buildExpectation(item, entry, document, ['expect', item])],
    ),
    ...(data['l2cp-matrix'] === undefined ? {} : { l2cp: buildMatrix(data['l2cp-matrix'], document) }),
    repeat: data.repeat,
  };
}

function buildSteps({ at, within }: StepsEntry, document: YamlDocument): StepsUse {
  return {
    at: at?.map((node, index) => ({ node, source: document.at(['steps', 'at', index]) })),
    withinNs: within,
    source: document.at(['steps'], 'key'),
  };
}

function buildMatrix(options: L2cpOptions, document: YamlDocument): L2cpUse {
  const at = ['l2cp-matrix'];
  const keys = Object.fromEntries(Object.keys(options).map((key) => [key, document.at([...at, key])]));
  return { options, source: document.at(at, 'key'), keys };
}

/** As written: `1.10` is a text here. */
function textsOf(document: YamlDocument, values: Readonly<Record<string, unknown>>): Record<string, string> {
  const written = (document.text as { env?: Record<string, unknown> }).env ?? {};
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(written[key] ?? value)]));
}

function buildFault(
  { kind, entry }: NonNullable<ScenarioFile['fault']>,
  document: YamlDocument,
  families: Families,
): FaultUse {
  const at = ['fault', kind];
  return {
    kind,
    options: entry.options,
    atNs: entry.at,
    windowNs: entry.window,
    forNs: entry.for,
    names: namedParts(families.faults[kind], entry.options, document, at),
    source: document.at(at, 'key'),
  };
}

function namedParts(
  member: AnyFamilyMember | undefined,
  options: unknown,
  document: YamlDocument,
  at: YamlPath,
): readonly NamedPart[] {
  const references = member?.references(options as never) ?? [];
  return references.map(({ type, value, path: inside }) => ({ type, value, source: document.at([...at, ...inside]) }));
}

function buildItem(name: string, entry: TrafficEntry, document: YamlDocument): TrafficItem {
  const at = ['traffic', name];
  const [node, fromInterface] = splitEndpoint(entry.from);
  const groups = entry.groups === undefined ? [entry.group ?? []] : [entry.groups];
  return {
    name,
    from: node,
    fromInterface: fromInterface ?? entry.interface,
    fromSource: document.at([...at, 'from']),
    groups: groups.flat(3),
    port: entry.port,
    ratePps: entry.rate,
    payloadBytes: entry.size,
    ttl: entry.ttl,
    ssm: entry.ssm,
    igmp: entry.igmp,
    tree: entry.tree,
    to: entry.to.map((receiver, index) => {
      const [text, offsetNs] = typeof receiver === 'string' ? [receiver, undefined] : Object.entries(receiver)[0]!;
      const [toNode, toInterface] = splitEndpoint(text);
      return {
        node: toNode,
        interface: toInterface,
        join: offsetNs === undefined ? { when: 'start' } : { when: 'after-fault', offsetNs },
        source: document.at([...at, 'to', index]),
      };
    }),
    source: document.at(at, 'key'),
  };
}

function isOrder(entry: TrafficEntry | OrderEntry): entry is OrderEntry {
  return ORDER_KEY in entry;
}

function buildOrder(name: string, entry: OrderEntry, document: YamlDocument): OrderItem {
  const at = ['traffic', name];
  const end = (key: 'from' | 'to'): EndName => {
    const [node, inside] = splitEndpoint(entry[key]);
    return { node, interface: inside, source: document.at([...at, key]) };
  };
  return {
    name,
    over: entry[ORDER_KEY],
    client: end('from'),
    engine: end('to'),
    port: entry.port,
    ratePps: entry.rate,
    payloadBytes: entry.size,
    sessionTimeoutNs: entry['session-timeout'],
    source: document.at(at, 'key'),
  };
}

function buildArbitration(name: string, entry: ArbitrationEntry, document: YamlDocument): Arbitration {
  const at = ['arbitrate', name];
  return {
    name,
    feeds: entry.feeds.map((item, index) => ({ item, source: document.at([...at, 'feeds', index]) })),
    at: entry.at.map((node, index) => ({ node, source: document.at([...at, 'at', index]) })),
    source: document.at(at, 'key'),
  };
}

function splitEndpoint(text: string): [string, string | undefined] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}

function buildExpectation(item: string, entry: ExpectationEntry, document: YamlDocument, at: YamlPath): Expectation {
  const onReturn = entry['on-return'];
  return {
    item,
    receivers: entry.receivers,
    initial: limitsOf(entry),
    reversion: limitsOf(typeof onReturn === 'number' ? { outage: onReturn } : (onReturn ?? {})),
    joinDelayNs: entry['join-delay'],
    because: entry.because,
    source: document.at(at, typeof at.at(-1) === 'number' ? 'value' : 'key'),
  };
}

function limitsOf(entry: LimitsEntry): Limits {
  return {
    outageNs: entry.outage,
    outageAtLeastNs: entry['outage-at-least'],
    lost: entry.lost,
    duplicates: entry.duplicates,
    reordered: entry.reordered,
    ...(entry.unexplained === undefined ? {} : { unexplainedNs: entry.unexplained }),
    ...(entry.silence === undefined ? {} : { silenceNs: entry.silence }),
    ...(entry['silence-at-least'] === undefined ? {} : { silenceAtLeastNs: entry['silence-at-least'] }),
    ...(entry.unanswered === undefined ? {} : { unanswered: entry.unanswered }),
    ...(entry.retransmissions === undefined ? {} : { retransmissions: entry.retransmissions }),
    ...(entry['sessions-lost'] === undefined ? {} : { sessionsLost: entry['sessions-lost'] }),
  };
}
