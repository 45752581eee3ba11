import type { Probe } from '../probe/types.js';
import { waitForSteady } from '../probe/steady.js';
import type { ProbeUse } from '../scenario/types.js';
import type { RunContext, RunLab } from './context.js';
import type { SteadyReport } from './result.js';

/** Which of the scenario's probes can be asked already while no traffic runs. */
export function probesFor(run: RunContext, needs: 'lab' | 'all'): readonly ProbeUse[] {
  const probes = run.services.probes as Readonly<Record<string, Probe<unknown>>>;
  return run.plan.scenario.steady.filter((use) => needs === 'all' || probes[use.kind]?.needs === 'lab');
}

/**
 * Waits until all of `uses` hold. Never reached is a recorded outcome: an impediment with the last observations, and
 * false.
 */
export async function reachSteady(
  run: RunContext,
  lab: RunLab,
  uses: readonly ProbeUse[],
  when: 'before' | 'after',
): Promise<boolean> {
  const probes = run.services.probes as Readonly<Record<string, Probe<unknown>>>;
  const report: SteadyReport = await waitForSteady(
    lab,
    uses.map((use) => ({ probe: probes[use.kind]!, options: use.options })),
    {
      withinMs: run.plan.scenario.steadyWithinNs / 1e6,
      now: run.services.now,
      onProgress: (text) =>
        run.journal.write({ type: 'progress', phase: when === 'before' ? 'steady' : 'steady-again', text }),
    },
  );
  run.journal.write({ type: 'steady', when, report });
  if (!report.reached) {
    const unmet = report.probes.filter((probe) => !probe.met).map((probe) => `${probe.kind}: ${probe.summary}`);
    const which = when === 'before' ? 'no steady state' : 'no steady state after the fault was reverted';
    run.journal.write({
      type: 'impediment',
      text: `${which} within ${report.elapsedMs.toFixed(0)} ms: ${unmet.join('; ')}`,
    });
  }
  return report.reached;
}
