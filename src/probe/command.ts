import { z } from 'zod';
import { settle, summarize, type Answered } from './ask.js';
import { many, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Observation, Probe } from './types.js';

export interface CommandOptions {
  node: OneOrMany<string>;
  run: string[];
  expect: string;
}
type Printed = { readonly exitCode: number; readonly output: string };
export interface CommandSeen extends Observation {
  readonly data: readonly Answered<Printed>[];
}

const KEPT_CHARACTERS = 16_384;

const schema: z.ZodType<CommandOptions> = z.strictObject({
  node: oneOrMany(nodeName),
  run: z.array(z.string()).min(1),
  expect: z.string().refine(isExpression, { error: 'must be a regular expression' }),
});

/** Runs a program in nodes. It must exit with 0 and its output (stdout, then stderr) match; `^` and `$` are line ends. */
export const command: Probe<CommandOptions, CommandSeen> = {
  kind: 'command',
  title: 'A program in the node succeeds and prints what matches a regular expression',
  example: "{ node: edge1, run: [vtysh, -c, show ip route summary], expect: 'ospf +[1-9]' }",
  schema,
  needs: 'lab',
  references: (options) => references('node', 'node', options.node),
  async observe(view, options) {
    const data = await Promise.all(
      many(options.node).map((node) =>
        settle(view, node, async () => {
          const result = await view.lab.node(node).exec(options.run, { allowFailure: true, timeoutMs: 10_000 });
          return { exitCode: result.exitCode, output: `${result.stdout}${result.stderr}`.slice(0, KEPT_CHARACTERS) };
        }),
      ),
    );
    return { data, summary: summarize(data, tell) };
  },
  judge(options, seen) {
    const expression = new RegExp(options.expect, 'm');
    const met = seen.data.every(({ facts }) => facts !== null && facts.exitCode === 0 && expression.test(facts.output));
    return { met, summary: `wanted ${options.run.join(' ')} to print /${options.expect}/; seen: ${seen.summary}` };
  },
};

function isExpression(text: string): boolean {
  try {
    new RegExp(text, 'm');
    return text !== '';
  } catch {
    return false;
  }
}

function tell(printed: Printed): string {
  const line = printed.output.trim().replace(/\s+/g, ' ');
  return `exit code ${printed.exitCode}, ${line === '' ? 'nothing printed' : line.slice(0, 200)}`;
}
