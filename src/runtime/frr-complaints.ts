/** Remarks on what was taken (FRR 10.7 has many) are no complaints. */
const COMPLAINT = /^(?:line \d+: )?%(?!.*(deprecated|configuration applied with notes))/i;
const SAYS_WHY =
  /^\s*(?:(?:Error type|Error description|(?:YANG )?path|Error):|Must condition |The following commands .* rejected:)|^-\s+\S/i;

/**
 * FRR's own lines about configuration that it did not take, in what vtysh printed; each once, with those that say why. FRR 10
 * prints some of them and exits with 0. Empty: it complained of nothing.
 */
export function complaintsIn(said: string): readonly string[] {
  const lines = said.split('\n').map((line) => line.trimEnd());
  if (!lines.some((line) => COMPLAINT.test(line))) return [];
  return [...new Set(lines.filter((line) => COMPLAINT.test(line) || SAYS_WHY.test(line)))];
}

/**
 * What vtysh says without a loss: reading a file, it tries again until it has mgmtd's lock; and FRR's published images have no
 * file of vtysh's own settings.
 */
const NO_LOSS =
  /^% (?:Can't enter config; \w+ datastore locked by another session|Can't open configuration file \S*\/vtysh\.conf due to .*)$/gm;

/** As `complaintsIn`, of a vtysh that read a file (`vtysh -b`, `-f`). */
export function complaintsOfFile(said: string): readonly string[] {
  return complaintsIn(said.replaceAll(NO_LOSS, ''));
}

export function notTaken(node: string, complaints: readonly string[]): string {
  return `${node}: FRR does not take all of its configuration:\n${complaints.join('\n')}`;
}
