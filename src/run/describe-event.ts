import { formatDuration } from '../core/duration.js';
import { instantFromText, nsBetween } from '../core/instant.js';
import { describeUndo } from '../fault/undo.js';
import type { JournalEntry } from './events.js';

/**
 * What of a journal entry people want to see while the run goes on; undefined: nothing. `transient` lines are worth a
 * terminal only.
 */
export function describeEvent(
  entry: JournalEntry,
): { readonly text: string; readonly transient?: boolean } | undefined {
  switch (entry.type) {
    case 'progress':
      return { text: entry.text, transient: true };
    case 'lab-up': {
      const substituted = entry.nodes.filter((node) => node.substituted);
      const stands =
        substituted.length === 0
          ? ''
          : `; ${substituted[0]!.software} stands in for ${substituted[0]!.image} on ${substituted.length} nodes`;
      return { text: `lab ${entry.name} is up on ${entry.runtime}: ${entry.nodes.length} nodes${stands}` };
    }
    case 'configured':
      return { text: `${entry.node} configured` };
    case 'steady': {
      const when = entry.when === 'before' ? 'steady' : 'steady again';
      const unmet = entry.report.probes.filter((probe) => !probe.met);
      return entry.report.reached
        ? {
            text: `${when} after ${(entry.report.elapsedMs / 1000).toFixed(1)} s (${entry.report.probes.length} probes)`,
          }
        : { text: `not ${when}: ${unmet.map((probe) => `${probe.kind}: ${probe.summary}`).join('; ')}` };
    }
    case 'fault-intent':
      return { text: `fault: ${entry.summary}` };
    case 'fault-applied': {
      const took = nsBetween(instantFromText(entry.from), instantFromText(entry.to));
      return { text: `applied within ${formatDuration(took, 1)}` };
    }
    case 'revert-begun':
      return { text: 'reverting the fault' };
    case 'undo-step':
      return entry.error === null ? undefined : { text: `could not undo ${describeUndo(entry.step)}: ${entry.error}` };
    case 'l2cp-measured':
      return { text: entry.summary };
    case 'traffic-stopped':
      return { text: 'traffic stopped' };
    case 'impediment':
      return { text: `cannot pass: ${entry.text}` };
    case 'note':
      return { text: entry.text };
    case 'lab-down':
      return { text: `lab ${entry.name} is down` };
    case 'interrupted':
      return { text: `interrupted by ${entry.signal}: undoing everything` };
    case 'failed':
      return { text: `failed: ${entry.error}` };
    case 'phase-begun':
      return { text: `${entry.phase} …`, transient: true };
    case 'run-started':
    case 'plan':
    case 'phase-ended':
    case 'flows':
    case 'fault-reading':
    case 'revert-ended':
    case 'window':
    case 'captures-stopped':
    case 'link-event':
    case 'igp':
    case 'control-step':
    case 'run-ended':
    case 'recovered':
      return undefined;
  }
}
