import { CommandError, LabError } from '../../core/errors.js';
import { complaintsIn } from '../../runtime/frr-complaints.js';
import type { LabNode } from '../../runtime/types.js';
import { Answer } from '../answer.js';
import { askDaemon } from './vty-socket.js';

/** A daemon that is stopped where it stands leaves vtysh waiting for its answer. */
const ANSWER_TIMEOUT_MS = 10_000;
const CONFIGURE_TIMEOUT_MS = 30_000;

const SNIPPET_FILE = '/run/faultline-snippet.conf';

/** vtysh in one node. FRR's complaints come on stdout or on stderr, some of them with exit code 0: both are read. */
export class Vtysh {
  constructor(private readonly node: LabNode) {}

  /** What commands of the view mode print. @throws CommandError with FRR's own words */
  async show(...commands: readonly string[]): Promise<string> {
    const argv = ['vtysh', ...commands.flatMap((command) => ['-c', command])];
    const result = await this.node.exec(argv, { allowFailure: true, timeoutMs: ANSWER_TIMEOUT_MS });
    if (result.exitCode !== 0) {
      throw new CommandError({
        argv,
        exitCode: result.exitCode,
        signal: null,
        stderrTail: `${result.stdout}${result.stderr}`.slice(-4096),
        durationMs: result.durationMs,
      });
    }
    return result.stdout;
  }

  async answer(command: string): Promise<Answer> {
    return new Answer(command, (await this.askDirectly(command)) ?? (await this.show(command)));
  }

  /** See `askDaemon`. */
  askDirectly(command: string, daemon?: string): Promise<string | undefined> {
    return askDaemon(this.node, command, ANSWER_TIMEOUT_MS, daemon);
  }

  /**
   * Checks the syntax of a snippet without executing any of it (a check of vtysh alone: values that a daemon would refuse
   * pass).
   * @throws LabError with one line of FRR's for each wrong line
   */
  async check(config: string): Promise<void> {
    // vtysh reads files by name only, and /dev/stdin cannot be opened where stdin is a socket
    await this.node.copyIn(SNIPPET_FILE, config.endsWith('\n') ? config : `${config}\n`);
    const result = await this.node.exec(['vtysh', '-C', '-f', SNIPPET_FILE], {
      allowFailure: true,
      timeoutMs: CONFIGURE_TIMEOUT_MS,
    });
    await this.node.exec(['rm', '-f', SNIPPET_FILE]);
    // its last line names a file that was not read
    const complaint = `${result.stdout}${result.stderr}`.replace(/^Configuration file\[.*$/m, '').trim();
    if (result.exitCode !== 0) {
      throw new LabError(
        `${this.node.name}: FRR refuses the configuration:\n${complaint || `exit code ${result.exitCode}`}`,
      );
    }
  }

  /**
   * Executes configuration lines one after the other, from the top level, up to the first that FRR complains about.
   * `vtysh -f` is not used for it: it passes over the lines of a daemon that does not run without a word, and FRR 10
   * reads the file once per daemon.
   * @returns FRR's complaint, or undefined. A remark without `%` (no path to an RP yet, say) is none, nor are the notes of
   *   FRR 10.7 on what it has applied.
   */
  async configure(lines: readonly string[]): Promise<string | undefined> {
    const argv = ['vtysh', ...['configure terminal', ...lines].flatMap((line) => ['-c', line])];
    const result = await this.node.exec(argv, { allowFailure: true, timeoutMs: CONFIGURE_TIMEOUT_MS });
    const said = `${result.stdout}${result.stderr}`.trim();
    if (result.exitCode === 0 && complaintsIn(said).length === 0) return undefined;
    return said || `exit code ${result.exitCode}`;
  }
}
