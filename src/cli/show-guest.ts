import type { ScenarioInGuest } from '../guest/run-scenario.js';
import { GuestProgress } from '../report/guest-progress.js';
import type { CliContext } from './context.js';

type Hooks = Pick<ScenarioInGuest, 'stdout' | 'stderr' | 'onBeat'>;

/** Shows what a guest says on stderr while `run` waits for its end; by the virtual clock with the real time beside it. */
export async function showingGuest<T>(
  context: CliContext,
  clock: 'real' | 'virtual',
  run: (hooks: Hooks) => Promise<T>,
): Promise<T> {
  if (clock === 'real') {
    const pass = (chunk: Buffer): void => void context.stderr.write(chunk);
    return run({ stdout: pass, stderr: pass, onBeat: () => undefined });
  }
  const startedAt = performance.now();
  const progress = new GuestProgress(context.stderr, () => (performance.now() - startedAt) / 1000);
  const hear = (chunk: Buffer): void => progress.hear(chunk);
  try {
    return await run({ stdout: hear, stderr: hear, onBeat: (virtualS) => progress.beat(virtualS) });
  } finally {
    progress.end();
  }
}
