import { mkdir } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../core/errors.js';
import type { Lab } from '../runtime/types.js';
import { checkFile } from './file-check.js';
import { Tcpdump, type TcpdumpCounts } from './tcpdump.js';
import type { CapturePoint, CaptureReport } from './types.js';

const DEFAULT_SNAPLEN = 256;
/** On links between routers whole messages are wanted: BGP's say nothing when they are cut. */
const LINK_SNAPLEN = 2048;

function snaplenOf(point: CapturePoint, options: CaptureOptions): number {
  return options.snaplen ?? (point.role === 'link' ? LINK_SNAPLEN : DEFAULT_SNAPLEN);
}
const MOST_BUFFER_KIB = 65_536;
const LEAST_BUFFER_KIB = 2048;
/** Of the machine's memory, for the rings of all captures: the kernel takes them whole, whether or not they fill. */
const BUFFER_SHARE = 1 / 4;

/** 64 MiB each; less where the rings of all together would take too much of the memory (a guest has little). */
export function bufferKiB(captures: number, memoryBytes: number): number {
  const share = Math.floor((memoryBytes * BUFFER_SHARE) / 1024 / Math.max(1, captures));
  return Math.max(LEAST_BUFFER_KIB, Math.min(MOST_BUFFER_KIB, share));
}

export interface CaptureOptions {
  /** The run folder, absolute; files go to `<dir>/pcaps/<id>.pcap`. */
  readonly dir: string;
  /** Bytes kept of each packet; 256 unless told. */
  readonly snaplen?: number;
  /** Kernel ring of each capture; as `bufferKiB` has it unless told. */
  readonly bufferKiB?: number;
  /** A pcap filter expression. Without one everything is recorded, IGMP, PIM and routing protocols too. */
  readonly filter?: string;
  /** Told at once where a capture ends by itself; the same stands in its report. */
  readonly onProblem?: (text: string) => void;
}

/** Captures that run: made by `startCaptures`. */
export class CaptureSession {
  private reports: Promise<readonly CaptureReport[]> | undefined;

  /** @internal */
  constructor(
    private readonly dumps: readonly Tcpdump[],
    private readonly options: CaptureOptions,
  ) {}

  /**
   * Ends all captures. What the taps saw before this call is in the files. In the order of the points. Idempotent; never
   * rejects: what went wrong stands in the reports' `problems`.
   */
  stop(): Promise<readonly CaptureReport[]> {
    this.reports ??= Promise.all(this.dumps.map((dump) => report(dump, this.options)));
    return this.reports;
  }

  /** Ends all captures at once, without regard for their files. */
  async abandon(): Promise<void> {
    await Promise.all(this.dumps.map((dump) => dump.abandon()));
  }
}

/** Relative to the run folder. */
export function captureFile(id: string): string {
  return `pcaps/${id}.pcap`;
}

/**
 * Records at all points, each with a tcpdump of the host in the node's network namespace. Resolves when every one listens.
 * @throws LabError naming each point that cannot be recorded, in tcpdump's words; TimeoutError: then none is left.
 */
export async function startCaptures(
  lab: Lab,
  points: readonly CapturePoint[],
  options: CaptureOptions,
): Promise<CaptureSession> {
  try {
    await mkdir(join(options.dir, 'pcaps'), { recursive: true });
  } catch (cause) {
    throw new LabError(`cannot write captures to ${options.dir}: ${(cause as Error).message}`, { cause });
  }
  const outcomes = await Promise.allSettled(
    points.map((point) =>
      Tcpdump.start(
        lab.node(point.node),
        point,
        {
          path: join(options.dir, captureFile(point.id)),
          snaplen: snaplenOf(point, options),
          bufferKiB: options.bufferKiB ?? bufferKiB(points.length, totalmem()),
          filter: options.filter,
        },
        (words) => options.onProblem?.(`the capture ${point.id} ended early: ${words}`),
      ),
    ),
  );
  const dumps = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
  if (errors.length > 0) {
    await Promise.all(dumps.map((dump) => dump.abandon()));
    if (errors.length === 1) throw errors[0]!;
    throw new LabError(errors.map((error) => error.message).join('; '), { cause: errors[0] });
  }
  return new CaptureSession(dumps, options);
}

async function report(dump: Tcpdump, options: CaptureOptions): Promise<CaptureReport> {
  const { counts, problems } = await dump.stop();
  const { id, node, interface: interfaceName, role } = dump.point;
  const file = captureFile(id);
  let found = { sha256: '', bytes: 0 };
  const all = [...problems];
  try {
    const check = await checkFile(join(options.dir, file));
    found = check;
    all.push(...judge(check.packets, check.damage, counts));
  } catch (error) {
    all.push(`the file cannot be read: ${(error as Error).message}`);
  }
  return {
    ...{ id, node, interface: interfaceName, role, file },
    ...{ sha256: found.sha256, bytes: found.bytes, snaplen: snaplenOf(dump.point, options) },
    captured: counts?.captured ?? null,
    receivedByFilter: counts?.receivedByFilter ?? null,
    droppedByKernel: counts?.droppedByKernel ?? null,
    droppedByInterface: counts?.droppedByInterface ?? null,
    problems: all,
  };
}

/** What a file and tcpdump's closing counts say against each other. */
export function judge(
  packets: number,
  damage: string | undefined,
  counts: TcpdumpCounts | undefined,
): readonly string[] {
  const problems: string[] = [];
  if (damage !== undefined) problems.push(`the file is damaged: ${damage}`);
  if (counts === undefined) return problems;
  if (counts.captured !== packets) {
    problems.push(`the file holds ${packets} packets, but tcpdump captured ${counts.captured}: is the disk full?`);
  }
  if (counts.droppedByKernel > 0) problems.push(`the kernel dropped ${counts.droppedByKernel} packets`);
  if (counts.droppedByInterface > 0) problems.push(`the interface dropped ${counts.droppedByInterface} packets`);
  return problems;
}
