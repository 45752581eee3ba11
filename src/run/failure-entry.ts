import type { RunEvent } from './events.js';
import { Interrupted } from './interrupted.js';

/** What a journal says of whatever ended a run before its end. */
export function failureEntry(error: unknown): Extract<RunEvent, { readonly type: 'interrupted' | 'failed' }> {
  if (error instanceof Interrupted) return { type: 'interrupted', signal: error.signal };
  if (error instanceof Error) return { type: 'failed', name: error.name, error: error.message };
  return { type: 'failed', name: 'Error', error: String(error) };
}
