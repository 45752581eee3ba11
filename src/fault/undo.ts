import { LabError } from '../core/errors.js';
import type { DeviceDriver } from '../device/types.js';
import { signalProcess } from '../process/proc.js';
import type { Lab } from '../runtime/types.js';
import type { UndoStep } from './types.js';

const BOOT_TIMEOUT_MS = 60_000;

/** One line for people. */
export function describeUndo(step: UndoStep): string {
  switch (step.do) {
    case 'exec':
    case 'exec-outside':
      return `${step.node}: ${step.argv.join(' ')}`;
    case 'boot-node':
      return `${step.node}: boot`;
    case 'resume-node':
      return `${step.node}: resume`;
    case 'start-daemon':
      return `${step.node}: start ${step.daemon}`;
    case 'restart-daemons':
      return `${step.node}: start all daemons anew`;
    case 'continue-process':
      return `${step.node}: let ${step.process} go on`;
  }
}

/**
 * Performs one step of an inverse action. Idempotent: the same step may have been performed before, by this process
 * or another.
 * @throws LabError where the step did not work.
 */
export async function performUndo(lab: Lab, driverOf: (node: string) => DeviceDriver, step: UndoStep): Promise<void> {
  const node = lab.node(step.node);
  switch (step.do) {
    case 'exec':
    case 'exec-outside': {
      const result =
        step.do === 'exec'
          ? await node.exec(step.argv, { allowFailure: true, timeoutMs: 30_000 })
          : await node.execOutside(step.argv, { allowFailure: true, timeoutMs: 30_000 });
      if (!(step.okExitCodes ?? [0]).includes(result.exitCode)) {
        throw new LabError(`${describeUndo(step)} exited with ${result.exitCode}: ${result.stderr.trim()}`);
      }
      return;
    }
    case 'boot-node': {
      await node.boot();
      const driver = driverOf(step.node);
      await driver.waitReady(BOOT_TIMEOUT_MS);
      await driver.reapply(); // what the scenario had configured went with the node
      return;
    }
    case 'resume-node':
      return node.resume();
    case 'start-daemon':
      return driverOf(step.node).startDaemon(step.daemon);
    case 'restart-daemons':
      return driverOf(step.node).restartDaemons();
    case 'continue-process':
      for (const one of await node.processes()) if (one.name === step.process) signalProcess(one, 'SIGCONT');
      return;
  }
}
