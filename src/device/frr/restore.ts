import { LabError } from '../../core/errors.js';
import { unifiedDiff } from '../unified-diff.js';
import { compareConfigs, keyOf, type ConfigLine } from './config-lines.js';
import type { Vtysh } from './vtysh.js';

/** Rounds of compare and correct: one line may need its shortened forms tried, its block removed and written again. */
const MAX_ROUNDS = 12;

/**
 * Brings the running configuration back to `wanted`, a running configuration of before. It compares what runs with what is
 * wanted, gives the missing lines, compares again, and negates what is still too much (a value that was changed is already
 * right again by then), until there is no difference. Lines whose full form FRR does not negate are negated shortened,
 * and in the end with their block, which the next round writes again.
 * @throws LabError with the difference that is left
 */
export async function restoreConfig(vtysh: Vtysh, read: () => Promise<string>, wanted: string): Promise<void> {
  const tried = new Map<string, number>();
  const complaints: string[] = [];
  let current = await read();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { missing } = compareConfigs(wanted, current);
    if (missing.length > 0) {
      await addMissing(vtysh, missing, complaints);
      current = await read();
    }
    const { excess } = compareConfigs(wanted, current);
    const attempts = await removeExcess(vtysh, excess, tried, complaints);
    if (attempts > 0) current = await read();
    if (isSame(wanted, current)) return;
    if (attempts === 0 && round > 0) break;
  }
  throw new LabError(
    `the configuration could not be brought back; what is left of the difference:\n${unifiedDiff(wanted, current)}` +
      (complaints.length > 0 ? `FRR said last: ${complaints.slice(-3).join('; ')}` : ''),
  );
}

function isSame(wanted: string, current: string): boolean {
  const { missing, excess } = compareConfigs(wanted, current);
  return missing.length === 0 && excess.length === 0;
}

/** Lines of one block go together; where FRR refuses one of them, each is given alone. */
async function addMissing(vtysh: Vtysh, missing: readonly ConfigLine[], complaints: string[]): Promise<void> {
  const groups = new Map<string, ConfigLine[]>();
  for (const line of missing) {
    const block = line.path.slice(0, -1).join('\n');
    groups.set(block, [...(groups.get(block) ?? []), line]);
  }
  for (const lines of groups.values()) {
    const headers = lines[0]!.path.slice(0, -1);
    const plain = lines.filter((line) => !line.opensBlock).map((line) => line.path.at(-1)!);
    const blocks = lines.filter((line) => line.opensBlock).map((line) => line.path.at(-1)!);
    if (plain.length > 0 && (await vtysh.configure([...headers, ...plain])) !== undefined) {
      for (const line of plain) keep(complaints, await vtysh.configure([...headers, line]));
    }
    for (const header of blocks) keep(complaints, await vtysh.configure([...headers, header]));
  }
}

/** @returns how many commands it gave. */
async function removeExcess(
  vtysh: Vtysh,
  excess: readonly ConfigLine[],
  tried: Map<string, number>,
  complaints: string[],
): Promise<number> {
  let attempts = 0;
  const gone = new Set<string>();
  for (const line of excess) {
    // with its block the line went too
    if (line.path.some((_, depth) => gone.has(line.path.slice(0, depth).join('\n')))) continue;
    const ways = waysToRemove(line);
    for (let way = tried.get(keyOf(line)) ?? 0; way < ways.length; way++) {
      tried.set(keyOf(line), way + 1);
      attempts++;
      const complaint = await vtysh.configure(ways[way]!);
      if (complaint === undefined) {
        if (line.opensBlock) gone.add(keyOf(line));
        break;
      }
      complaints.push(complaint);
    }
  }
  return attempts;
}

/** Commands that take a line away, the mildest first. */
function waysToRemove(line: ConfigLine): readonly (readonly string[])[] {
  const headers = line.path.slice(0, -1);
  const words = line.path.at(-1)!.split(/\s+/);
  if (words[0] === 'no') return [[...headers, words.slice(1).join(' ')]];
  const ways: string[][] = [];
  for (let length = words.length; length >= Math.min(2, words.length); length--) {
    ways.push([...headers, `no ${words.slice(0, length).join(' ')}`]);
  }
  if (headers.length > 0 && !/^interface /.test(headers.at(-1)!)) {
    ways.push([...headers.slice(0, -1), `no ${headers.at(-1)!}`]);
  }
  return ways;
}

function keep(complaints: string[], complaint: string | undefined): void {
  if (complaint !== undefined) complaints.push(complaint);
}
