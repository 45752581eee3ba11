import type { Instant } from '../core/instant.js';
import type { DeviceDriver } from '../device/types.js';
import type { LabView } from '../probe/types.js';
import type { Lab } from '../runtime/types.js';
import type { Plan } from '../scenario/plan.js';
import type { CleanupStack } from './cleanup.js';
import type { PhaseName } from './events.js';
import type { Journal } from './journal.js';
import type { RunServices, TrafficSession } from './services.js';
import type { Flow, OrderFlow } from '../traffic/types.js';
import { sleepUnlessAborted } from './sleep.js';

/** Everything the phases of one run share. */
export interface RunContext {
  readonly id: string;
  readonly plan: Plan;
  readonly runDir: string;
  readonly journal: Journal;
  readonly services: RunServices;
  readonly cleanup: CleanupStack;
  /** In every test packet of this run. */
  readonly runTag: number;
  /** Aborted by an interrupt, with the reason to record. */
  readonly signal: AbortSignal;
}

/** One phase, with its begin, end and outcome in the journal; `work` returns the outcome where it is not simply `ok`. */
export async function phase<T>(run: RunContext, name: PhaseName, work: () => Promise<T>): Promise<T> {
  run.signal.throwIfAborted();
  const startedAt = run.services.now();
  const elapsedMs = (): number => Number(run.services.now() - startedAt) / 1e6;
  run.journal.write({ type: 'phase-begun', phase: name });
  try {
    const result = await work();
    run.journal.write({ type: 'phase-ended', phase: name, elapsedMs: elapsedMs(), outcome: 'ok' });
    return result;
  } catch (error) {
    const outcome = error instanceof Error ? error.message : String(error);
    run.journal.write({ type: 'phase-ended', phase: name, elapsedMs: elapsedMs(), outcome });
    throw error;
  }
}

/** The lab as probes and faults see it; drivers are made once per node. */
export class RunLab implements LabView {
  private readonly drivers = new Map<string, DeviceDriver>();
  traffic: TrafficSession | undefined;
  flows: readonly Flow[] = [];
  orders: readonly OrderFlow[] = [];

  constructor(
    readonly lab: Lab,
    private readonly run: RunContext,
  ) {}

  get signal(): AbortSignal {
    return this.run.signal;
  }

  driver(name: string): DeviceDriver {
    let driver = this.drivers.get(name);
    if (driver === undefined) {
      driver = this.run.services.createDriver(this.lab.node(name));
      this.drivers.set(name, driver);
    }
    return driver;
  }

  now(): Instant {
    return this.run.services.now();
  }

  sleep(ms: number): Promise<void> {
    return sleepUnlessAborted(ms, this.run.signal);
  }

  /** Resolves at `at`, at once where that is past. */
  async sleepUntil(at: Instant): Promise<void> {
    const now = this.run.services.now();
    if (at > now) await this.sleep(Number(at - now) / 1e6);
  }

  /** Nodes with a device that can be asked: routers. */
  routers(): readonly string[] {
    return this.lab.nodes.filter((node) => node.spec.driver !== 'linux').map((node) => node.name);
  }
}
