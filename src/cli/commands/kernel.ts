import { join, resolve } from 'node:path';
import { EXIT } from '../../core/errors.js';
import { buildKernel, findKernel, kernelDir, removeKernels } from '../../guest/kernel.js';
import { guestPlace, mountsOf, runInPlace } from '../../guest/place.js';
import { formatOption, log, printJson, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';
import { projectDir } from '../version.js';
import { clockOption, seedOf, wholeNumber } from '../options.js';

export const addKernel: AddCommand = (program, context) => {
  const kernel = program.command('kernel').description('the lab kernel: build it, run commands in it');
  const assets = join(projectDir(), 'lab-kernel');
  kernel
    .command('build')
    .description('build the lab kernel into the cache; needs mmdebstrap, a few minutes and 4 GiB for a while')
    .option('--source <path>', 'a kernel tree or tarball instead of Debian’s linux-source package')
    .option('--force', 'build it again where it is there')
    .addHelpText('after', '\nExample: faultline kernel build')
    .action(async (options: { source?: string; force?: boolean }) => {
      const there = findKernel(assets);
      if (there !== undefined && options.force !== true && options.source === undefined) {
        log(context, `it is built already, from ${there.source}: ${there.path}`);
        return;
      }
      const startedAt = performance.now();
      const made = await buildKernel(assets, options.source, {
        onProgress: (text) => log(context, text),
        signal: context.signal,
      });
      log(context, `built Linux ${made.release} in ${Math.round((performance.now() - startedAt) / 1000)} s`);
      context.stdout.write(`${made.path}\n`);
    });
  kernel
    .command('status')
    .description('say whether the lab kernel is built, and what it is')
    .addOption(formatOption())
    .addHelpText('after', '\nExample: faultline kernel status --format json')
    .action((options: { format: PrintFormat }) => {
      const there = findKernel(assets);
      if (options.format === 'json') printJson(context, there ?? null);
      else if (there === undefined) context.stdout.write(`not built (it would be ${kernelDir(assets)})\n`);
      else {
        context.stdout.write(
          `Linux ${there.release} from ${there.source}, ${there.compiler}\n${there.path}\nSHA-256 ${there.sha256}\n`,
        );
      }
      if (there === undefined) context.exitCode = EXIT.labFailed;
    });
  kernel
    .command('remove')
    .description('remove every lab kernel from the cache')
    .addHelpText('after', '\nExample: faultline kernel remove')
    .action(() => {
      log(context, `removed: ${removeKernels()}`);
    });
  kernel
    .command('exec')
    .description('run a command in the lab kernel, with its output and exit code')
    .addOption(clockOption().default('virtual'))
    .option('--seed <n>', 'what decides all randomness under the virtual clock', seedOf, 1)
    .option('--image <name>', 'the image to boot from')
    .option('--mount <dir...>', 'folders of the host that the command may write to; end the list with --')
    .option('--memory <MiB>', 'how much memory it has', wholeNumber(128))
    .option(
      '--watchdog <s>',
      'seconds of real time after which a guest whose clock stands still is ended',
      wholeNumber(1),
    )
    .argument('<argv...>', 'the command, after --')
    .addHelpText('after', '\nExample: faultline kernel exec --seed 7 -- sh -c "date; sleep 1000; date"')
    .action(
      async (
        argv: readonly string[],
        options: {
          clock: 'real' | 'virtual';
          seed: number;
          image?: string;
          mount?: string[];
          memory?: number;
          watchdog?: number;
        },
      ) => {
        const folders = (options.mount ?? []).map((folder) => resolve(folder));
        const end = await runInPlace(guestPlace(projectDir(), options.image), {
          argv,
          cwd: folders[0] ?? '/',
          env: {},
          mounts: mountsOf([], folders),
          clock: options.clock,
          seed: options.seed,
          stdout: (chunk) => context.stdout.write(chunk),
          stderr: (chunk) => context.stderr.write(chunk),
          onBeat: () => undefined,
          signal: context.signal,
          ...(options.memory === undefined ? {} : { memoryMiB: options.memory }),
          ...(options.watchdog === undefined ? {} : { watchdogMs: options.watchdog * 1000 }),
        });
        context.exitCode = end.exitCode;
      },
    );
};
