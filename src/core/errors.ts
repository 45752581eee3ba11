/** Exit codes of the command line. Over several runs 4 wins over 1, and 1 over 3. */
export const EXIT = {
  pass: 0,
  fail: 1,
  usage: 2,
  inconclusive: 3,
  labFailed: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One thing wrong with one file. `line` and `column` count from 1; 0 means the file as a whole. */
export interface ConfigIssue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What to do about it, where that is known: "did you mean `outage`?" */
  readonly hint?: string;
}

export function formatIssue(issue: ConfigIssue): string {
  const place = issue.line > 0 ? `${issue.file}:${issue.line}:${issue.column}` : issue.file;
  return `${place}: ${issue.message}${issue.hint === undefined ? '' : ` (${issue.hint})`}`;
}

/** Bad input: everything that is wrong, at once. Nothing was started. Exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly issues: readonly ConfigIssue[]) {
    super(issues.map(formatIssue).join('\n'));
  }
}

/** The user asked for something that does not exist or does not go together. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A program that could not be started, failed, was killed or took too long. Exit code 4 unless handled. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly argv: readonly string[];
  /** null where it never started or was ended by a signal. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last 4 KiB of its stderr. */
  readonly stderrTail: string;
  readonly durationMs: number;
  constructor(
    facts: {
      argv: readonly string[];
      exitCode: number | null;
      signal: string | null;
      stderrTail: string;
      durationMs: number;
      why?: string;
    },
    options?: ErrorOptions,
  ) {
    const how =
      facts.why ?? (facts.signal !== null ? `was ended by ${facts.signal}` : `exited with ${String(facts.exitCode)}`);
    const tail = facts.stderrTail.trim();
    super(`${facts.argv.join(' ')} ${how}${tail === '' ? '' : `: ${tail}`}`, options);
    this.argv = facts.argv;
    this.exitCode = facts.exitCode;
    this.signal = facts.signal;
    this.stderrTail = facts.stderrTail;
    this.durationMs = facts.durationMs;
  }
}

/** Something was waited for and did not come: a recorded outcome, never a pass. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  constructor(
    readonly waitedFor: string,
    readonly lastObservation: string,
    readonly elapsedMs: number,
    options?: ErrorOptions,
  ) {
    super(`waited ${Math.round(elapsedMs)} ms for ${waitedFor}; last seen: ${lastObservation}`, options);
  }
}

/** The host or the lab cannot do what was asked: the message says what is missing and what to do. Exit code 4. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

/** Things that could not be undone, each with its own reason; the rest of the cleanup was still done. Exit code 4. */
export class CleanupError extends AggregateError {
  override readonly name = 'CleanupError';
}
