import type { LabView } from '../probe/types.js';
import type { AppliedInterval } from './types.js';

/** Performs `act` and says between which two instants it was applied. */
export async function timed(view: Pick<LabView, 'now'>, act: () => Promise<unknown>): Promise<AppliedInterval> {
  const from = view.now();
  await act();
  return { from, to: view.now() };
}
