import { formatDuration } from '../core/duration.js';
import type { ConfigIssue } from '../core/errors.js';
import type { SourceRef } from '../core/source.js';
import { hintFor } from '../core/suggest.js';
import type { Report } from './references.js';
import { checkArbitration, checkKindOfLimits, checkOrder, subjectsOf, type Subject } from './subjects.js';
import type { Expectation, Limits, Scenario, TrafficItem } from './types.js';

const HOUR_NS = 3_600_000_000_000;

/** What of a file was so wrong that it is not in the scenario: nothing is said about what is missing for that reason. */
export interface Damage {
  /** Whole sections may be missing. */
  readonly whole: boolean;
  readonly fault: boolean;
  /** Names of items. */
  readonly traffic: ReadonlySet<string>;
  readonly expect: ReadonlySet<string>;
  readonly arbitrate: ReadonlySet<string>;
}

/** What does not go together within a scenario, whatever its topology. */
export function checkConsistency(scenario: Scenario, damage: Damage): readonly ConfigIssue[] {
  if (damage.whole) return [];
  const issues: ConfigIssue[] = [];
  const report: Report = (source, message, hint) => {
    issues.push({ ...source, message, ...(hint === undefined ? {} : { hint }) });
  };
  const withoutFault = scenario.fault === undefined && !damage.fault;
  for (const item of scenario.traffic) checkItem(item, withoutFault, report);
  checkLateJoins(scenario, report);
  for (const order of scenario.orders ?? []) checkOrder(order, report);
  for (const one of scenario.arbitrate ?? []) checkArbitration(one, scenario, damage, report);
  const sound = scenario.expect.filter(
    ({ item }) => !damage.expect.has(item) && !damage.traffic.has(item) && !damage.arbitrate.has(item),
  );
  const subjects = subjectsOf(scenario);
  const withSteps = scenario.steps !== undefined;
  for (const expectation of sound) checkExpectation(expectation, subjects, { withoutFault, withSteps }, report);
  checkDoubleExpectations(sound, subjects, report);
  const { fault, l2cp } = scenario;
  const anyTraffic = scenario.traffic.length + (scenario.orders?.length ?? 0) > 0;
  if (l2cp !== undefined && (fault !== undefined || anyTraffic)) {
    report(l2cp.source, '`l2cp-matrix` sends frames of its own: `traffic` and `fault` cannot stand beside it');
  }
  if (fault !== undefined && !anyTraffic && damage.traffic.size === 0) {
    report(fault.source, 'there is a fault but no traffic: nothing would be measured', 'add `traffic`');
  }
  if (fault !== undefined && fault.atNs + fault.windowNs > HOUR_NS) {
    report(
      fault.source,
      `the fault would come ${formatDuration(fault.atNs + fault.windowNs)} after the start; 1 h is the most`,
    );
  }
  if (scenario.steps !== undefined && withoutFault) {
    report(scenario.steps.source, '`steps` without a fault: there is no outage to lay against them');
  }
  const captures = new Set<string>();
  for (const { endpoint, source } of scenario.capture) {
    if (captures.has(endpoint)) report(source, `\`${endpoint}\` is captured twice`);
    captures.add(endpoint);
  }
  return issues;
}

function checkItem(item: TrafficItem, withoutFault: boolean, report: Report): void {
  if (item.ssm && item.igmp === 2) {
    report(
      item.source,
      `\`${item.name}\` is source-specific, which IGMP version 2 cannot ask for`,
      'write `igmp: 3` or leave it out',
    );
  }
  const groups = new Set<string>();
  for (const group of item.groups) {
    if (groups.has(group)) report(item.source, `\`${item.name}\` names group ${group} twice`);
    groups.add(group);
  }
  const receivers = new Set<string>();
  for (const { node, source, join } of item.to) {
    if (receivers.has(node)) report(source, `\`${node}\` stands twice among the receivers of \`${item.name}\``);
    receivers.add(node);
    if (node === item.from) report(source, `\`${node}\` sends \`${item.name}\` and cannot be its receiver`);
    if (join.when === 'after-fault' && withoutFault) {
      report(source, `\`${node}\` joins after a fault, but the scenario has none`);
    }
  }
}

/** A node that has joined a group already gets it without asking: a later join by the same node measures nothing. */
function checkLateJoins(scenario: Scenario, report: Report): void {
  const early = new Map<string, string>();
  for (const item of scenario.traffic) {
    for (const { node, interface: inside, join } of item.to) {
      if (join.when !== 'start') continue;
      for (const group of item.groups) early.set(`${node}:${inside ?? ''} ${channel(item, group)}`, item.name);
    }
  }
  for (const item of scenario.traffic) {
    for (const { node, interface: inside, join, source } of item.to) {
      if (join.when === 'start') continue;
      const group = item.groups.find((one) => early.has(`${node}:${inside ?? ''} ${channel(item, one)}`));
      if (group === undefined) continue;
      const other = early.get(`${node}:${inside ?? ''} ${channel(item, group)}`)!;
      report(
        source,
        `\`${node}\` joins ${group} late here but from the start in \`${other}\`: the join would measure nothing`,
      );
    }
  }
}

function channel(item: TrafficItem, group: string): string {
  return item.ssm ? `${item.from},${group}` : group;
}

function checkExpectation(
  expectation: Expectation,
  subjects: readonly Subject[],
  { withoutFault, withSteps }: { readonly withoutFault: boolean; readonly withSteps: boolean },
  report: Report,
): void {
  const { item: name, source, receivers, initial, reversion, joinDelayNs } = expectation;
  const subject = subjects.find((one) => one.name === name);
  if (subject === undefined) {
    const names = subjects.map((one) => one.name);
    report(source, `\`expect\` names \`${name}\`, which is no item of \`traffic\``, hintFor(name, names));
    return;
  }
  const nodes = subject.receivers.map(({ node }) => node);
  for (const receiver of receivers ?? []) {
    if (!nodes.includes(receiver))
      report(source, `\`${receiver}\` is no receiver of \`${name}\``, hintFor(receiver, nodes));
  }
  if (isEmpty(initial) && isEmpty(reversion) && joinDelayNs === undefined) {
    report(source, `the expectation for \`${name}\` has no limit: it would always pass`);
  }
  for (const [limits, where] of [
    [initial, ''],
    [reversion, ' on return'],
  ] as const) {
    checkLimits(limits, where, name, source, report);
    if (limits.unexplainedNs !== undefined && !withSteps) {
      const text = `\`${name}\`${where}: \`unexplained\` is judged only with \`steps\``;
      report(source, text, 'add `steps: {}`');
    }
    checkKindOfLimits(limits, where, subject, source, report);
  }
  if (withoutFault) {
    if (!isEmpty(reversion)) report(source, '`on-return` without a fault: nothing is taken back');
    if (initial.outageAtLeastNs) report(source, '`outage-at-least` without a fault: nothing would make an outage');
    if (initial.silenceAtLeastNs) report(source, '`silence-at-least` without a fault: nothing would make a silence');
  }
  const judged = subject.receivers.filter(({ node }) => receivers === undefined || receivers.includes(node));
  if (joinDelayNs !== undefined && !judged.some(({ late }) => late)) {
    report(
      source,
      `\`join-delay\`: none of these receivers of \`${name}\` joins late`,
      'write `{ node: join 2 s after fault }` in `to`',
    );
  }
}

function checkLimits(limits: Limits, where: string, name: string, source: SourceRef, report: Report): void {
  const { outageNs, outageAtLeastNs, lost } = limits;
  if (outageNs !== undefined && outageAtLeastNs !== undefined && outageAtLeastNs > outageNs) {
    const both = `\`outage-at-least\` ${formatDuration(outageAtLeastNs)} is more than \`outage\` ${formatDuration(outageNs)}`;
    report(source, `\`${name}\`${where}: ${both}: no outage can be both`);
  }
  const { silenceNs, silenceAtLeastNs } = limits;
  if (silenceNs !== undefined && silenceAtLeastNs !== undefined && silenceAtLeastNs > silenceNs) {
    const both = `\`silence-at-least\` ${formatDuration(silenceAtLeastNs)} is more than \`silence\` ${formatDuration(silenceNs)}`;
    report(source, `\`${name}\`${where}: ${both}: no silence can be both`);
  }
  if (lost === 0 && outageAtLeastNs) {
    report(
      source,
      `\`${name}\`${where}: an outage of at least ${formatDuration(outageAtLeastNs)} cannot go with \`lost: 0\``,
    );
  }
}

/** Two expectations that judge the same receiver of the same item leave open which one holds. */
function checkDoubleExpectations(
  expectations: readonly Expectation[],
  subjects: readonly Subject[],
  report: Report,
): void {
  const judged = new Map<string, SourceRef>();
  for (const { item, receivers, source } of expectations) {
    const nodes = receivers ?? subjects.find(({ name }) => name === item)?.receivers.map(({ node }) => node) ?? [];
    const twice = nodes.filter((node) => judged.has(`${item} ${node}`));
    const first = judged.get(`${item} ${twice[0] ?? ''}`);
    if (first !== undefined) {
      report(source, `\`${item}\` at ${twice.join(', ')} has an expectation already, in line ${first.line}`);
    }
    for (const node of nodes) judged.set(`${item} ${node}`, source);
  }
}

function isEmpty(limits: Limits): boolean {
  return Object.values(limits).every((limit) => limit === undefined);
}
