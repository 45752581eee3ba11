import { addNs, instantToText, type Instant } from '../core/instant.js';
import type { Json } from '../core/json.js';
import { performUndo } from '../fault/undo.js';
import type { Fault, ResolvedFault } from '../fault/types.js';
import { waysOver } from '../probe/ways-over.js';
import type { RunContext, RunLab } from './context.js';
import { FaultLinks } from './fault-links.js';

/** A fault that was applied. */
export interface AppliedFault {
  /** Reverts it, once. */
  readonly revert: () => Promise<void>;
  /** Looks at its links a last time: one that is not as it was before the fault is an impediment. */
  readonly lookAgain: () => Promise<void>;
}

/**
 * Applies the plan's fault at its instant. The inverse action is in the journal, on the disk, before; and on the
 * cleanup stack, so that whatever happens from here on undoes it.
 */
export async function applyFault(run: RunContext, lab: RunLab, steadyAt: Instant): Promise<AppliedFault> {
  const use = run.plan.scenario.fault!;
  const fault = run.services.faults[use.kind] as Fault<unknown> | undefined;
  if (fault === undefined) throw new RangeError(`no such fault: ${use.kind}`);
  const resolved = await fault.resolve(lab, use.options);
  run.journal.write({ type: 'progress', phase: 'fault', text: resolved.summary });
  const links = await FaultLinks.before(run, lab, resolved);
  const ways = await waysOver(lab, resolved.broken);
  await lab.sleepUntil(addNs(steadyAt, run.plan.faultDelayNs ?? use.atNs));
  run.journal.writeFlushed({
    type: 'fault-intent',
    kind: use.kind,
    options: use.options as Json,
    summary: resolved.summary,
    nodes: resolved.nodes,
    broken: resolved.broken,
    ways,
    resolvedBy: resolved.resolvedBy,
    target: resolved.target,
    undo: resolved.undo,
  });
  const revert = run.cleanup.push('the fault', async () => {
    await links.during();
    await revertFault(run, lab, fault, resolved);
  });
  const injected = await fault.inject(lab, resolved.target);
  run.journal.writeFlushed({
    type: 'fault-applied',
    from: instantToText(injected.applied.from),
    to: instantToText(injected.applied.to),
    details: injected.details,
  });
  return { revert, lookAgain: () => links.after() };
}

async function revertFault(
  run: RunContext,
  lab: RunLab,
  fault: Fault<unknown>,
  resolved: ResolvedFault,
): Promise<void> {
  run.journal.writeFlushed({ type: 'revert-begun', from: instantToText(run.services.now()) });
  const failures: string[] = [];
  const readAfter = resolved.readAfter ?? 0;
  if (readAfter === 0) await readFault(run, lab, fault, resolved.target);
  for (const [index, step] of resolved.undo.entries()) {
    let error: string | null = null;
    try {
      await performUndo(lab.lab, (node) => lab.driver(node), step);
    } catch (cause) {
      error = cause instanceof Error ? cause.message : String(cause);
      failures.push(error);
    }
    run.journal.write({ type: 'undo-step', step, error });
    if (index + 1 === readAfter) await readFault(run, lab, fault, resolved.target);
  }
  run.journal.writeFlushed({ type: 'revert-ended', to: instantToText(run.services.now()) });
  if (failures.length > 0) throw new Error(`the fault could not be undone: ${failures.join('; ')}`);
}

async function readFault(run: RunContext, lab: RunLab, fault: Fault<unknown>, target: Json): Promise<void> {
  if (fault.read === undefined) return;
  try {
    for (const reading of await fault.read(lab, target)) run.journal.write({ type: 'fault-reading', ...reading });
  } catch (error) {
    run.journal.write({ type: 'note', text: `the fault's counters could not be read: ${(error as Error).message}` });
  }
}
