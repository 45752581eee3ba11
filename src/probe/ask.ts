import type { DeviceFacts, QueryArguments, QueryKind } from '../device/types.js';
import type { LabView } from './types.js';

/** What one node answered: its facts, or why there are none. */
export type Answered<T> =
  | { readonly node: string; readonly facts: T; readonly error: null }
  | { readonly node: string; readonly facts: null; readonly error: string };

/**
 * Puts the same question to several nodes at once. A device that does not answer is an answer too.
 * @throws LabError where there is no such node; the reason of an interrupt
 */
export async function askAll<K extends QueryKind>(
  view: LabView,
  nodes: readonly string[],
  kind: K,
  args: QueryArguments = {},
): Promise<readonly Answered<DeviceFacts[K]>[]> {
  const drivers = nodes.map((node) => ({ node, driver: view.driver(node) }));
  return Promise.all(drivers.map(({ node, driver }) => settle(view, node, async () => driver.query(kind, args))));
}

/** Runs something that a dead or silent device may refuse. */
export async function settle<T>(view: LabView, node: string, ask: () => Promise<T>): Promise<Answered<T>> {
  try {
    return { node, facts: await ask(), error: null };
  } catch (error) {
    view.signal.throwIfAborted();
    return { node, facts: null, error: error instanceof Error ? error.message : String(error) };
  }
}

/** `core1: 2 of 2 Full; core2: no answer (…)` */
export function summarize<T>(answers: readonly Answered<T>[], tell: (facts: T, node: string) => string): string {
  return answers
    .map(({ node, facts, error }) => `${node}: ${error !== null ? `no answer (${error})` : tell(facts, node)}`)
    .join('; ');
}
