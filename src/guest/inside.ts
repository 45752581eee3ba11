import { REAL_CLOCK_MEANING } from '../run/batch.js';
import type { BatchOptions } from '../run/batch.js';
import type { RunRecord } from '../run/result.js';
import { CLOCK_READ_NS, startOffsetMs, VIRTUAL_CLOCK_MEANING } from './clock.js';

/**
 * What the launcher tells the same command in the guest. Nothing of the host's accidents is in it: even the length of a
 * word can move a collection of garbage in the guest, and that takes virtual time. What only the host knows comes into the
 * record when the guest has ended.
 */
export interface GuestFacts {
  readonly clock: 'real' | 'virtual';
  /** What the guest is made of. */
  readonly record: Pick<RunRecord, 'kernel' | 'images'>;
}

const VARIABLE = 'FAULTLINE_GUEST';

export function guestEnvironment(facts: GuestFacts): Readonly<Record<string, string>> {
  return { [VARIABLE]: JSON.stringify(facts) };
}

/** The facts where this process runs in a guest. */
export function insideGuest(env: NodeJS.ProcessEnv): GuestFacts | undefined {
  const text = env[VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as GuestFacts);
}

const LAB_KERNEL_MEANING = `${REAL_CLOCK_MEANING}, in a kernel that runs as a program: slower than the machine itself`;

export function batchGuest(facts: GuestFacts): NonNullable<BatchOptions['guest']> {
  return {
    clock: facts.clock,
    meaning: facts.clock === 'virtual' ? VIRTUAL_CLOCK_MEANING : LAB_KERNEL_MEANING,
    startedAt: new Date(0),
    unique: 'guest',
    ...(facts.clock === 'virtual' ? { readNs: CLOCK_READ_NS } : {}),
    record: facts.record,
    startOffsetMs,
  };
}
