import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaptureReport } from '../capture/types.js';
import { captureOf } from '../l2cp/match.js';
import { judgeMatrix, type MatrixResult } from '../l2cp/matrix.js';
import { captureName, portName, type Observations, type PortRef } from '../l2cp/observations.js';
import type { L2cpPlan } from '../l2cp/plan.js';
import { PcapWriter } from '../packet/pcap-writer.js';
import type { RunContext, RunLab } from './context.js';
import type { JournalEntry } from './events.js';
import { sha256OfFile } from './inputs.js';
import { lastOf } from './journal.js';

/** Everything the frame probes saw, in the run folder. */
const OBSERVATIONS_FILE = 'l2cp-observations.json';
const SNAPLEN = 262_144;

/** Sends the plan's matrix and leaves what was seen, and a capture of each port, in the run folder. */
export async function measureMatrix(run: RunContext, lab: RunLab): Promise<void> {
  const plan = run.plan.l2cp!;
  const observations = await run.services.probeMatrix(lab.lab, plan, {
    runTag: run.runTag,
    now: run.services.now,
    sleep: (ms) => lab.sleep(ms),
    onProgress: (text) => run.journal.write({ type: 'progress', phase: 'l2cp', text }),
  });
  const path = join(run.runDir, OBSERVATIONS_FILE);
  writeFileSync(path, `${JSON.stringify(observations)}\n`);
  const ports = new Map([plan.from, plan.to, ...plan.watch].map((port) => [portName(port), port]));
  const captures = [...ports.values()].map((port) => writeCapture(run.runDir, plan, observations, port));
  run.journal.write({ type: 'captures-stopped', captures });
  const { counts, verdict } = judgeMatrix(plan, observations);
  run.journal.writeFlushed({
    type: 'l2cp-measured',
    file: OBSERVATIONS_FILE,
    sha256: sha256OfFile(path),
    summary: `${counts.pass} rows pass, ${counts.fail} fail, ${counts.inconclusive} are inconclusive: ${verdict.outcome}`,
  });
}

/** What the probe sent and took in at a port, its tags restored, by the stamps of sending and of the kernel. */
function writeCapture(runDir: string, plan: L2cpPlan, observations: Observations, port: PortRef): CaptureReport {
  const id = captureName(port);
  const file = join('pcaps', `${id}.pcap`);
  const path = join(runDir, file);
  const frames = captureOf(observations, plan, portName(port));
  const writer = new PcapWriter(path);
  for (const { at, hex } of frames) {
    writer.write(Number(at / 1_000_000_000n), Number(at % 1_000_000_000n), Buffer.from(hex, 'hex'));
  }
  writer.close();
  return {
    ...{ id, node: port.node, interface: port.interface, role: 'link', file, snaplen: SNAPLEN },
    ...{ sha256: sha256OfFile(path), bytes: statSync(path).size, captured: frames.length },
    ...{ receivedByFilter: null, droppedByKernel: null, droppedByInterface: null, problems: [] },
  };
}

/**
 * The matrix of a run from its journal and folder; undefined where it was not measured.
 * @throws Error where the observations are not those that the journal names
 */
export function matrixOf(runDir: string, entries: readonly JournalEntry[]): MatrixResult | undefined {
  const plan = lastOf(entries, 'plan')?.plan.l2cp;
  const measured = lastOf(entries, 'l2cp-measured');
  if (plan === undefined || measured === undefined) return undefined;
  const bytes = readFileSync(join(runDir, measured.file));
  if (createHash('sha256').update(bytes).digest('hex') !== measured.sha256) {
    throw new Error(`${measured.file} is not what the run wrote: its SHA-256 is another`);
  }
  return judgeMatrix(plan, JSON.parse(bytes.toString('utf8')) as Observations);
}
