import type { Analysis, FrameRef, LossPeriod } from '../analysis/types.js';
import type { MatrixResult } from '../l2cp/matrix.js';
import { instantFromText } from '../core/instant.js';
import type { JournalEntry } from './events.js';
import { flowsOf, impedimentsOf } from './evidence.js';
import { entriesOf, lastOf } from './journal.js';
import type { FaultReport, RunResult, SteadyReport } from './result.js';

/**
 * The result of a run from its journal and the analysis of its captures: a pure function, so that it can be computed
 * again at any time.
 * @throws Error where the journal does not even hold the beginning of a run.
 */
export function deriveResult(
  entries: readonly JournalEntry[],
  analysis: Analysis | null,
  matrix?: MatrixResult,
): RunResult {
  const started = lastOf(entries, 'run-started');
  const plan = lastOf(entries, 'plan')?.plan;
  if (started === undefined || plan === undefined) throw new Error('the journal ends before the run began');
  const lab = lastOf(entries, 'lab-up');
  const { scenario, topology } = plan;
  return {
    format: 'faultline-result-1',
    run: { ...started.run, startedAt: started.at, elapsedMs: lastOf(entries, 'run-ended')?.elapsedMs ?? 0 },
    scenario: {
      name: scenario.name,
      description: scenario.description ?? null,
      file: started.scenarioFile ?? scenario.file,
      sha256: started.scenarioSha256,
    },
    lab: {
      name: lab?.name ?? topology.name,
      topology: topology.name,
      topologySha256: started.topologySha256,
      runtime: lab?.runtime ?? scenario.runtime,
      nodes:
        lab?.nodes ??
        topology.nodes.map((node) => ({
          name: node.name,
          kind: node.kind,
          role: node.role ?? null,
          image: node.image ?? '',
          software: '',
          substituted: false,
        })),
      links: topology.links.map((link) => ({
        id: link.id,
        a: endpointText(link.endpoints[0]),
        b: endpointText(link.endpoints[1]),
      })),
      ...(lab === undefined ? {} : { igps: igpsOf(entries) }),
    },
    clock: started.clock,
    ...(started.record === undefined ? {} : { record: started.record }),
    phases: entriesOf(entries, 'phase-ended').map((ended) => ({
      name: ended.phase,
      from: entriesOf(entries, 'phase-begun').find((begun) => begun.phase === ended.phase)?.at ?? ended.at,
      elapsedMs: ended.elapsedMs,
      outcome: ended.outcome,
    })),
    steady: { before: steadyOf(entries, 'before'), after: steadyOf(entries, 'after') },
    flows: flowsOf(entries),
    fault: faultOf(entries, analysis),
    captures: lastOf(entries, 'captures-stopped')?.captures ?? [],
    analysis,
    ...(matrix === undefined ? {} : { l2cp: matrix }),
    notes: entriesOf(entries, 'note').map((note) => note.text),
    verdict: verdictOf(entries, matrix ?? analysis),
  };
}

function igpsOf(entries: readonly JournalEntry[]): NonNullable<RunResult['lab']['igps']> {
  return entriesOf(entries, 'igp')
    .map(({ node, settings }) => ({ node, settings }))
    .sort((a, b) => (a.node < b.node ? -1 : 1));
}

function endpointText(endpoint: { readonly node: string; readonly interface: string } | undefined): string {
  return endpoint === undefined ? '' : `${endpoint.node}:${endpoint.interface}`;
}

function steadyOf(entries: readonly JournalEntry[], when: 'before' | 'after'): SteadyReport | null {
  return (
    entriesOf(entries, 'steady')
      .filter((steady) => steady.when === when)
      .at(-1)?.report ?? null
  );
}

/** An interrupted or failed run is an error whatever its figures say; without analysis nothing can pass. */
function verdictOf(
  entries: readonly JournalEntry[],
  analysis: Pick<Analysis, 'verdict'> | MatrixResult | null,
): RunResult['verdict'] {
  const interrupted = lastOf(entries, 'interrupted');
  if (interrupted !== undefined) return { outcome: 'error', reasons: [`interrupted by ${interrupted.signal}`] };
  const failed = entriesOf(entries, 'failed');
  if (failed.length > 0) return { outcome: 'error', reasons: failed.map((failure) => failure.error) };
  if (analysis === null) {
    const impediments = impedimentsOf(entries);
    return {
      outcome: 'inconclusive',
      reasons: impediments.length > 0 ? impediments : ['the run ended before there was anything to measure'],
    };
  }
  return analysis.verdict;
}

function faultOf(entries: readonly JournalEntry[], analysis: Analysis | null): FaultReport | null {
  const intent = lastOf(entries, 'fault-intent');
  const applied = lastOf(entries, 'fault-applied');
  if (intent === undefined || applied === undefined) return null;
  return {
    kind: intent.kind,
    summary: intent.summary,
    options: intent.options,
    resolvedBy: intent.resolvedBy,
    broken: intent.broken,
    ...(intent.ways === undefined ? {} : { ways: intent.ways }),
    appliedFrom: applied.from,
    appliedTo: applied.to,
    revertFrom: lastOf(entries, 'revert-begun')?.from ?? null,
    revertTo: lastOf(entries, 'revert-ended')?.to ?? null,
    firstEvidence: firstEvidenceOf(entries, applied.from, intent.nodes, analysis),
    readings: entriesOf(entries, 'fault-reading').map(({ label, node, data }) => ({ label, node, data })),
  };
}

/**
 * The earliest thing that something else than faultline recorded of the fault: a change of a link as its kernel
 * announced it, or else the last packet that still arrived before the first loss of the initial event.
 */
function firstEvidenceOf(
  entries: readonly JournalEntry[],
  appliedFrom: string,
  nodes: readonly string[],
  analysis: Analysis | null,
): FaultReport['firstEvidence'] {
  const from = instantFromText(appliedFrom);
  const until = lastOf(entries, 'revert-begun')?.from;
  // Interfaces that a daemon makes for itself (pimreg) come and go with it: only the topology's own are evidence.
  const cabled = new Set(
    lastOf(entries, 'plan')?.plan.topology.links.flatMap((link) => link.endpoints.map((end) => endpointText(end))),
  );
  const links = entriesOf(entries, 'link-event')
    .filter((event) => cabled.has(`${event.node}:${event.interface}`))
    .filter((event) => instantFromText(event.seenAt) >= from && (!event.up || !event.carrier))
    .filter((event) => until === undefined || instantFromText(event.seenAt) < instantFromText(until))
    .sort((a, b) => Number(instantFromText(a.seenAt) - instantFromText(b.seenAt)));
  // A change at a node of the fault comes first where two carry the same stamp.
  const first = links.find((event) => nodes.includes(event.node) && event.seenAt === links[0]!.seenAt) ?? links[0];
  if (first !== undefined) {
    const what = `${first.node}:${first.interface} ${first.up ? 'lost carrier' : 'went down'} (netlink)`;
    return { what, at: first.seenAt, frame: null };
  }
  let earliest: { period: LossPeriod; lastGood: FrameRef } | undefined;
  for (const flow of analysis?.flows ?? []) {
    for (const period of flow.periods) {
      if (period.event !== 'initial' || period.lastGood === null) continue;
      const before = earliest === undefined || BigInt(period.lastGood.at) < BigInt(earliest.lastGood.at);
      if (before) earliest = { period, lastGood: period.lastGood };
    }
  }
  return earliest === undefined
    ? null
    : { what: 'last packet before the loss', at: earliest.lastGood.at, frame: earliest.lastGood };
}
