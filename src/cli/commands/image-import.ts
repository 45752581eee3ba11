import type { Command } from 'commander';
import { imageDefinitions } from '../../guest/images.js';
import { importImage } from '../../image/import.js';
import type { CliContext } from '../context.js';
import { formatOption, log, printJson, type PrintFormat } from '../print.js';

/** `faultline image import`. */
export function addImageImport(image: Command, context: CliContext, imagesDir: string): void {
  image
    .command('import')
    .description('unpack an image that you have, so that it runs in namespaces and in the lab kernel')
    .argument(
      '<image>',
      'a saved image (docker save, OCI layout; a tar file, perhaps compressed), or one that Docker has',
    )
    .option('--name <name>', 'what topologies call it; its own name unless told')
    .option('--image <name>', 'which one, of a file with several')
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Its entrypoint, command, environment, user and folder are those of a container; where that is how an FRR image starts FRR,
faultline starts the same daemons itself, without watchfrr, which would revive what a fault kills. A saved file needs no Docker.

Example: faultline image import frr-10.2.tar.gz --name registry.example/frrouting/frr:10.2.1`,
    )
    .action(async (what: string, options: { name?: string; image?: string; format: PrintFormat }) => {
      const made = await importImage(what, {
        name: options.name,
        image: options.image,
        taken: imageDefinitions(imagesDir).map(({ name }) => name),
        onProgress: (text) => log(context, text),
        signal: context.signal,
      });
      for (const note of made.notes) log(context, `left out: ${note}`);
      if (options.format === 'json') printJson(context, made);
      else {
        const { entrypoint, command, user, workdir } = made.start;
        const argv = [...entrypoint, ...command].map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word));
        log(context, `${made.name}: starts ${argv.join(' ') || 'nothing'} as ${user || 'root'} in ${workdir}`);
        context.stdout.write(`${made.root}\n`);
      }
    });
}
