import { join } from 'node:path';
import type { Evidence } from '../analysis/types.js';
import type { CaptureReport } from '../capture/types.js';
import type { Flow, OrderFlow } from '../traffic/types.js';
import type { JournalEntry } from './events.js';
import { entriesOf, lastOf } from './journal.js';
import { stepEvidenceOf } from './steps.js';

/** The flows as they really ran: with the addresses the lab gave them, where it came so far. */
export function flowsOf(entries: readonly JournalEntry[]): readonly Flow[] {
  return lastOf(entries, 'flows')?.flows ?? lastOf(entries, 'plan')?.plan.flows ?? [];
}

/** The order entry as it really ran. */
export function ordersOf(entries: readonly JournalEntry[]): readonly OrderFlow[] {
  const flows = lastOf(entries, 'flows');
  return (flows === undefined ? lastOf(entries, 'plan')?.plan.orders : flows.orders) ?? [];
}

/**
 * What the analysis needs, from the journal alone.
 * @returns undefined where the run ended before it had captures and a window to judge.
 */
export function evidenceOf(entries: readonly JournalEntry[], runDir: string): Evidence | undefined {
  const plan = lastOf(entries, 'plan')?.plan;
  const started = lastOf(entries, 'run-started');
  const captures = lastOf(entries, 'captures-stopped')?.captures;
  const window = lastOf(entries, 'window');
  if (plan === undefined || started === undefined || captures === undefined || window === undefined) return undefined;
  const flows = flowsOf(entries);
  const orders = ordersOf(entries);
  const steps = stepEvidenceOf(entries, runDir);
  const applied = lastOf(entries, 'fault-applied');
  const revertBegun = lastOf(entries, 'revert-begun');
  const revertEnded = lastOf(entries, 'revert-ended');
  const captureAt = (node: string, interfaceName: string): string =>
    captures.find((capture: CaptureReport) => capture.node === node && capture.interface === interfaceName)?.id ?? '';
  return {
    runTag: started.runTag,
    flows,
    captures: captures.map((capture) => ({ ...capture, path: join(runDir, capture.file) })),
    taps: flows.map((flow) => ({
      flow: flow.name,
      senderCapture: captureAt(flow.from.node, flow.from.interface),
      receiverCaptures: Object.fromEntries(
        flow.receivers.map((receiver) => [receiver.node, captureAt(receiver.node, receiver.interface)]),
      ),
    })),
    ...(orders.length === 0
      ? {}
      : {
          orders: orders.map((order) => ({
            order,
            clientCapture: captureAt(order.client.node, order.client.interface),
            engineCapture: captureAt(order.engine.node, order.engine.interface),
          })),
        }),
    ...(plan.arbitrations === undefined ? {} : { arbitrations: plan.arbitrations }),
    ...(steps === undefined ? {} : { steps }),
    clock: started.clock.kind,
    window: { from: window.from, to: window.to },
    fault:
      applied === undefined
        ? undefined
        : {
            appliedFrom: applied.from,
            appliedTo: applied.to,
            beside: (lastOf(entries, 'fault-intent')?.ways ?? []).filter(({ goes }) => goes === 'beside'),
          },
    revert:
      revertBegun === undefined
        ? undefined
        : { from: revertBegun.from, to: revertEnded === undefined ? window.to : revertEnded.to },
    expect: plan.scenario.expect,
    impediments: impedimentsOf(entries),
  };
}

/** Reasons known from the run itself why nothing of it may pass. */
export function impedimentsOf(entries: readonly JournalEntry[]): readonly string[] {
  const impediments: string[] = entriesOf(entries, 'impediment').map((entry) => entry.text);
  for (const { log } of entriesOf(entries, 'traffic-stopped')) impediments.push(...log.problems);
  const plan = lastOf(entries, 'plan')?.plan;
  if (plan?.scenario.fault !== undefined && lastOf(entries, 'fault-applied') === undefined) {
    impediments.push('the fault was never applied');
  }
  return [...new Set(impediments)];
}
