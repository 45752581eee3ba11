import { REAL_CLOCK_MEANING } from '../run/batch.js';
import type { BatchOptions } from '../run/batch.js';
import type { RunRecord } from '../run/result.js';
import { CLOCK_READ_NS, startOffsetMs, VIRTUAL_CLOCK_MEANING } from './clock.js';

/** What the launcher tells the same command in the guest. */
export interface GuestFacts {
  readonly clock: 'real' | 'virtual';
  /** ISO time of the host. */
  readonly startedAt: string;
  readonly unique: string;
  /** The command line on the host, without the program. */
  readonly argv: readonly string[];
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
    startedAt: new Date(facts.startedAt),
    unique: facts.unique,
    ...(facts.clock === 'virtual' ? { readNs: CLOCK_READ_NS } : {}),
    record: facts.record,
    startOffsetMs,
  };
}
