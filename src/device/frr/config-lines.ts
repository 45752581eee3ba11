/** One line of a configuration with the headers of the blocks around it: `['router ospf', 'timers throttle spf 10 50 500']`. */
export interface ConfigLine {
  /** Headers from the outside in, then the line itself. Never empty. */
  readonly path: readonly string[];
  /** Whether the line opens a block. */
  readonly opensBlock: boolean;
}

const CLOSES_BLOCK = /^(!.*|end|exit(-\S+)?)$/;

/**
 * The lines of a running configuration as FRR prints it, each with its blocks, which show in the indentation. Comments and
 * the lines that close blocks carry nothing and are left out.
 */
export function configLines(text: string): readonly ConfigLine[] {
  const rows = text
    .split('\n')
    .filter((row) => row.trim() !== '')
    .map((row) => ({ indent: row.length - row.trimStart().length, line: row.trim() }));
  const open: { indent: number; line: string }[] = [];
  const lines: ConfigLine[] = [];
  rows.forEach((row, index) => {
    if (CLOSES_BLOCK.test(row.line)) return;
    while (open.length > 0 && open.at(-1)!.indent >= row.indent) open.pop();
    const next = rows[index + 1];
    // an empty block is known by what closes it, which stands as deep as its header
    const closed = next !== undefined && next.indent === row.indent && /^exit/.test(next.line);
    lines.push({
      path: [...open.map((block) => block.line), row.line],
      opensBlock: closed || (next !== undefined && next.indent > row.indent && !CLOSES_BLOCK.test(next.line)),
    });
    open.push(row);
  });
  return lines;
}

export function keyOf(line: ConfigLine): string {
  return line.path.join('\n');
}

/** Lines that only one of two configurations has, each in the order of its own text. Order alone is no difference. */
export function compareConfigs(
  wanted: string,
  current: string,
): { readonly missing: readonly ConfigLine[]; readonly excess: readonly ConfigLine[] } {
  const wantedLines = configLines(wanted);
  const currentLines = configLines(current);
  const wantedKeys = new Set(wantedLines.map(keyOf));
  const currentKeys = new Set(currentLines.map(keyOf));
  return {
    missing: wantedLines.filter((line) => !currentKeys.has(keyOf(line))),
    excess: currentLines.filter((line) => !wantedKeys.has(keyOf(line))),
  };
}
