import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inBursts, type StepEvidence } from '../analysis/steps/account.js';
import { parseLogSteps } from '../analysis/steps/log-steps.js';
import type { Step } from '../analysis/steps/types.js';
import {
  forwardingEventsFile,
  MONITORED,
  parseForwardingEvents,
  type Monitored,
} from '../capture/forwarding-events.js';
import { linkChanges } from '../capture/link-events.js';
import { instantFromText, instantToText } from '../core/instant.js';
import { readControlSteps } from '../packet/read-control.js';
import type { RunContext } from './context.js';
import type { JournalEntry } from './events.js';
import { entriesOf, lastOf } from './journal.js';

/** Writes what monitors and logs of the nodes tell of steps into the journal: from the fault on. */
export function recordSteps(run: RunContext, entries: readonly JournalEntry[]): void {
  const applied = lastOf(entries, 'fault-applied');
  if (run.plan.scenario.steps === undefined || applied === undefined) return;
  const from = instantFromText(applied.from);
  const steps = [...monitorSteps(run), ...logSteps(run)].filter((step) => instantFromText(step.until) >= from);
  for (const step of inBursts(steps)) run.journal.write({ type: 'control-step', step });
}

/** Nodes whose forwarding tables are watched; none where the scenario has no `steps`. */
export function stepNodes(run: RunContext, routers: readonly string[]): readonly string[] {
  const { steps } = run.plan.scenario;
  if (steps === undefined) return [];
  return steps.at?.map(({ node }) => node) ?? routers;
}

function monitorSteps(run: RunContext): Step[] {
  return nodesIn(run).flatMap((node) =>
    (Object.keys(MONITORED) as Monitored[]).flatMap((monitored) => {
      const file = join(run.runDir, forwardingEventsFile(node, monitored));
      if (!existsSync(file)) return [];
      return parseForwardingEvents(readFileSync(file, 'utf8')).map(({ at, kind, what }): Step => {
        const text = instantToText(at);
        return {
          ...{ kind, at: text, until: text, count: 1, node, what, source: 'netlink', frame: null, withinNs: null },
        };
      });
    }),
  );
}

function logSteps(run: RunContext): Step[] {
  const zone = new Date().getTimezoneOffset();
  return nodesIn(run).flatMap((node) => {
    const dir = join(run.runDir, 'nodes', node, 'logs');
    if (!existsSync(dir)) return [];
    return readdirSync(dir)
      .sort()
      .flatMap((file) => parseLogSteps(node, readFileSync(join(dir, file), 'latin1'), zone));
  });
}

function nodesIn(run: RunContext): readonly string[] {
  return run.plan.topology.nodes.map((node) => node.name).sort();
}

/**
 * All steps of a run: what the journal holds of links, monitors and logs, and what the captures show.
 * @returns undefined where the scenario did not ask for them
 */
export function stepEvidenceOf(entries: readonly JournalEntry[], runDir: string): StepEvidence | undefined {
  const use = lastOf(entries, 'plan')?.plan.scenario.steps;
  if (use === undefined) return undefined;
  const problems: string[] = [];
  const steps: Step[] = [...linkSteps(entries), ...entriesOf(entries, 'control-step').map(({ step }) => step)];
  for (const { id, node, file } of lastOf(entries, 'captures-stopped')?.captures ?? []) {
    try {
      const read = readControlSteps(join(runDir, file), { id, node });
      steps.push(...read.steps);
      if (read.problem !== undefined) problems.push(`capture ${id}: ${read.problem}`);
    } catch (error) {
      problems.push(`capture ${id} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { steps: inBursts(steps), withinNs: use.withinNs, problems };
}

function linkSteps(entries: readonly JournalEntry[]): Step[] {
  const nodes = new Map<string, { at: bigint; interface: string; up: boolean; carrier: boolean; deleted: boolean }[]>();
  for (const { node, interface: name, up, carrier, seenAt } of entriesOf(entries, 'link-event')) {
    const event = { at: instantFromText(seenAt), interface: name, up, carrier, deleted: false };
    nodes.set(node, [...(nodes.get(node) ?? []), event]);
  }
  return [...nodes].flatMap(([node, events]) =>
    linkChanges(events).map(({ at, interface: name, up, carrier }): Step => {
      const text = instantToText(at);
      const what = `${name} ${!up ? 'went down' : carrier ? 'is up' : 'lost carrier'}`;
      return {
        ...{
          kind: 'link',
          at: text,
          until: text,
          count: 1,
          node,
          what,
          source: 'netlink',
          frame: null,
          withinNs: null,
        },
      };
    }),
  );
}
