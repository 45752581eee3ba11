import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { addNs, instantToText, type Instant } from '../core/instant.js';
import type { CapturePoint } from '../capture/types.js';
import type { Lab } from '../runtime/types.js';
import type { Plan } from '../scenario/plan.js';
import { CleanupStack } from './cleanup.js';
import { collectNodes, collectStates } from './collect.js';
import { phase, RunLab, type RunContext } from './context.js';
import type { JournalEntry } from './events.js';
import { applyFault } from './fault-phase.js';
import { keepInputs, sha256OfFile } from './inputs.js';
import { failureEntry } from './failure-entry.js';
import { measureMatrix } from './matrix-phase.js';
import { Journal, lastOf, readJournal } from './journal.js';
import { keepConfiguration, registerRun, unregisterRun } from './registry.js';
import type { RunRecord, RunResult } from './result.js';
import type { RunServices } from './services.js';
import { recordSteps, stepNodes } from './steps.js';
import { probesFor, reachSteady } from './steady-phase.js';

export interface RunRequest {
  readonly plan: Plan;
  readonly services: RunServices;
  readonly id: string;
  /** Made by the run; must not exist yet. */
  readonly runDir: string;
  /** Name of the lab that is made; for a lab that is already up, its name. */
  readonly labName: string;
  readonly runTag: number;
  readonly clock: RunResult['clock'];
  readonly run: Pick<RunResult['run'], 'faultline' | 'node' | 'argv' | 'host'>;
  /** What the record says beside the inputs. */
  readonly record: Omit<RunRecord, 'inputs' | 'outside'>;
  readonly keep: boolean;
  readonly strictImages: boolean;
  /** Milliseconds that each node's daemons wait before they start; none unless told. */
  readonly startOffsetMs?: (node: string) => number;
  readonly signal: AbortSignal;
  readonly onEntry: (entry: JournalEntry) => void;
}

/** Time for packets that are on their way when the sending ends. */
const DRAIN_MS = 500;

/**
 * Runs one scenario from nothing to its end, and takes down what it made. Whatever happens is in the journal, which
 * `analyzeRun` makes the result of; only a run folder that cannot be made or written throws.
 */
export async function runScenario(request: RunRequest): Promise<void> {
  const { plan, services, runDir } = request;
  mkdirSync(join(runDir, 'pcaps'), { recursive: true });
  const inputs = keepInputs(plan, runDir);
  const journal = new Journal(join(runDir, 'journal.jsonl'), services.now);
  journal.onEntry(request.onEntry);
  const startedAt = services.now();
  const run: RunContext = {
    id: request.id,
    plan,
    runDir,
    journal,
    services,
    cleanup: new CleanupStack(),
    signal: request.signal,
    runTag: request.runTag,
  };
  begin(request, journal, { ...request.record, inputs: inputs.files, outside: inputs.outside });
  try {
    await theLine(request, run);
  } catch (error) {
    record(journal, error);
  }
  try {
    await run.cleanup.unwind();
    unregisterRun(request.id);
  } catch (error) {
    record(journal, error);
  }
  // An interrupt that came when nothing waited any more is one all the same.
  const entries = readJournal(journal.path);
  if (request.signal.aborted && lastOf(entries, 'interrupted') === undefined) record(journal, request.signal.reason);
  journal.write({ type: 'run-ended', elapsedMs: Number(services.now() - startedAt) / 1e6 });
  journal.close();
}

/** The one straight line. */
async function theLine(request: RunRequest, run: RunContext): Promise<void> {
  const { scenario } = run.plan;
  const lab = new RunLab(await labUp(request, run), run);
  await phase(run, 'configure', () => configure(run, lab));
  const controlPlane = await phase(run, 'control-plane', () => reachSteady(run, lab, probesFor(run, 'lab'), 'before'));
  if (controlPlane && run.plan.l2cp !== undefined) await phase(run, 'l2cp', () => measureMatrix(run, lab));
  else if (controlPlane) {
    const stopTraffic = await phase(run, 'traffic', () => startTrafficAndCaptures(run, lab));
    const steady = await phase(run, 'steady', () => reachSteady(run, lab, probesFor(run, 'all'), 'before'));
    if (steady) {
      await collectStates(run, lab, 'before');
      const from = run.services.now();
      if (scenario.fault !== undefined) await breakAndRevert(run, lab, from);
      await phase(run, 'observe', () => lab.sleep(scenario.observeNs / 1e6));
      const to = run.services.now();
      run.journal.write({ type: 'window', from: instantToText(from), to: instantToText(to) });
    }
    await stopTraffic();
  }
  await phase(run, 'collect', async () => {
    await collectStates(run, lab, 'after');
    await collectNodes(run, lab);
    recordSteps(run, readJournal(run.journal.path));
  });
}

async function breakAndRevert(run: RunContext, lab: RunLab, steadyAt: Instant): Promise<void> {
  const { scenario } = run.plan;
  const use = scenario.fault!;
  const fault = await phase(run, 'fault', async () => {
    const applied = await applyFault(run, lab, steadyAt);
    const appliedAt = run.services.now();
    for (const join of lateJoins(lab, appliedAt)) {
      await lab.sleepUntil(join.at);
      await lab.traffic!.join(join.flow, join.receiver);
    }
    await lab.sleepUntil(addNs(appliedAt, use.forNs ?? scenario.observeNs));
    await collectStates(run, lab, 'during');
    return applied;
  });
  await phase(run, 'revert', fault.revert);
  await phase(run, 'steady-again', () => reachSteady(run, lab, probesFor(run, 'all'), 'after'));
  await fault.lookAgain();
}

function lateJoins(lab: RunLab, appliedAt: Instant): { at: Instant; flow: string; receiver: string }[] {
  return lab.flows
    .flatMap((flow) =>
      flow.receivers.flatMap((receiver) =>
        receiver.join.when === 'after-fault'
          ? [{ at: addNs(appliedAt, receiver.join.offsetNs), flow: flow.name, receiver: receiver.node }]
          : [],
      ),
    )
    .sort((a, b) => Number(a.at - b.at));
}

async function labUp(request: RunRequest, run: RunContext): Promise<Lab> {
  const { services, journal, plan } = run;
  const owned = plan.scenario.lab === undefined;
  const lab = await phase(run, 'lab-up', async () => {
    if (!owned) return services.runtime.attach(request.labName);
    run.cleanup.push(`lab ${request.labName}`, async () => {
      if (request.keep) return;
      await services.runtime.down(request.labName);
      journal.write({ type: 'lab-down', name: request.labName });
    });
    return services.runtime.up(plan.topology, {
      labName: request.labName,
      strictImages: request.strictImages,
      runDir: run.runDir,
      env: plan.scenario.env,
      ...(request.startOffsetMs === undefined ? {} : { startOffsetMs: request.startOffsetMs }),
      signal: run.signal,
      onProgress: (progress) => {
        const text = [progress.stage, progress.node, progress.detail].filter((part) => part !== undefined).join(' ');
        journal.write({ type: 'progress', phase: 'lab-up', text });
        // The lab is then not what its topology says, and no figure of it is what somebody wants to sign.
        if (progress.stage === 'exec-failed') {
          journal.write({ type: 'impediment', text: `a part of the topology failed: ${progress.detail ?? ''}` });
        }
      },
    });
  });
  const watch = await lab.watch((text) => journal.write({ type: 'impediment', text }));
  run.cleanup.push('watch', async () => watch.stop());
  const nodes: RunResult['lab']['nodes'][number][] = [];
  for (const node of lab.nodes) {
    const software = await node.software();
    nodes.push({
      name: node.name,
      kind: node.spec.kind,
      role: node.spec.role ?? null,
      image: software.image,
      software: `${software.product} ${software.version}`.trim(),
      substituted: software.substituted,
    });
  }
  journal.writeFlushed({ type: 'lab-up', name: lab.name, runtime: lab.runtime, owned, nodes });
  return lab;
}

async function configure(run: RunContext, lab: RunLab): Promise<void> {
  const { scenario } = run.plan;
  for (const name of lab.routers()) await lab.driver(name).waitReady(scenario.steadyWithinNs / 1e6, run.signal);
  const configured = new Set<string>();
  for (const { node, config } of scenario.configure) {
    const driver = lab.driver(node);
    if (!configured.has(node)) {
      configured.add(node);
      if (scenario.lab !== undefined) keepConfiguration(run.id, node, await driver.runningConfig());
      run.cleanup.push(`configuration of ${node}`, async () => void (await driver.rollback()));
    }
    run.journal.write({ type: 'configured', node, difference: await driver.apply(config) });
  }
}

/** @returns what ends traffic and captures in order, with their reports in the journal. */
async function startTrafficAndCaptures(run: RunContext, lab: RunLab): Promise<() => Promise<void>> {
  const { services, journal, plan, runDir } = run;
  const flows = await services.resolveAddresses(lab.lab, plan.flows);
  const orders = await services.resolveOrderAddresses(lab.lab, plan.orders ?? []);
  journal.write({ type: 'flows', flows, ...(orders.length === 0 ? {} : { orders }) });
  lab.flows = flows;
  lab.orders = orders;
  const captures = await services.startCaptures(lab.lab, plan.captures, { dir: runDir });
  const stopCaptures = run.cleanup.push('captures', async () => {
    journal.write({ type: 'captures-stopped', captures: await captures.stop() });
  });
  const watched = watchedNodes(run, lab, plan.captures);
  const linkEvents = await services.startLinkEvents(lab.lab, watched, { dir: runDir });
  const stopLinkEvents = run.cleanup.push('link events', async () => {
    for (const problem of await linkEvents.stop()) journal.write({ type: 'note', text: problem });
    for (const node of watched) {
      for (const { at, interface: name, up, carrier } of await linkEvents.events(node)) {
        journal.write({ type: 'link-event', node, interface: name, up, carrier, seenAt: instantToText(at) });
      }
    }
  });
  const forwarding = await services.startForwardingEvents(lab.lab, stepNodes(run, lab.routers()), { dir: runDir });
  const stopForwarding = run.cleanup.push('forwarding events', async () => {
    for (const problem of await forwarding.stop()) journal.write({ type: 'note', text: problem });
  });
  const traffic = await services.startTraffic(lab.lab, flows, {
    runTag: run.runTag,
    orders,
    onProblem: (text) => journal.write({ type: 'impediment', text }),
  });
  lab.traffic = traffic;
  const stopTraffic = run.cleanup.push('traffic', async () => {
    lab.traffic = undefined;
    journal.write({ type: 'traffic-stopped', log: await traffic.stop() });
  });
  await traffic.startSending();
  return async () => {
    await traffic.stopSending();
    await lab.sleep(DRAIN_MS);
    await stopCaptures();
    await stopTraffic();
    await stopLinkEvents();
    await stopForwarding();
  };
}

/** Nodes whose link changes are recorded: all that route or switch, and the ends of the traffic. */
function watchedNodes(run: RunContext, lab: RunLab, captures: readonly CapturePoint[]): readonly string[] {
  if (run.plan.scenario.fault === undefined) return [];
  return [...new Set([...lab.routers(), ...captures.map((capture) => capture.node)])];
}

function begin(request: RunRequest, journal: Journal, record: RunRecord): void {
  const { plan } = request;
  registerRun({
    id: request.id,
    runDir: request.runDir,
    runtime: request.services.runtime.name,
    lab: request.labName,
    ownsLab: plan.scenario.lab === undefined && !request.keep,
  });
  journal.writeFlushed({
    type: 'run-started',
    run: { id: request.id, ...request.run },
    scenarioSha256: sha256OfFile(plan.scenario.file),
    topologySha256: sha256OfFile(plan.topology.file),
    clock: request.clock,
    runTag: request.runTag,
    record,
  });
  journal.write({ type: 'plan', plan });
}

function record(journal: Journal, error: unknown): void {
  journal.writeFlushed(failureEntry(error));
}
