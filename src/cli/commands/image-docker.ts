import type { Command } from 'commander';
import { LabError, UsageError } from '../../core/errors.js';
import { findImage, imageDefinition, imageDefinitions } from '../../guest/images.js';
import { importIntoDocker, nameInDocker } from '../../image/docker-images.js';
import { connectDocker, factsOfDocker } from '../../runtime/containerlab/docker.js';
import type { CliContext } from '../context.js';
import { log } from '../print.js';

interface Options {
  readonly as: readonly string[];
  readonly ifThere?: boolean;
}

/** `faultline image docker`. */
export function addImageDocker(image: Command, context: CliContext, imagesDir: string): void {
  image
    .command('docker')
    .description('give built images to Docker, under their own names, for containerlab')
    .argument('[name...]', 'which; all that are built unless told')
    .option('--as <name...>', 'a further name of this one image: a topology that names that image runs unchanged', [])
    .option('--if-there', 'where no Docker answers, do nothing and say so')
    .addHelpText(
      'after',
      `
An image with FRR starts it by FRR's own script (with watchfrr), a host sleeps. Docker's images of other makers are never replaced.

Example: faultline image docker
Example: faultline image docker faultline/frr:10.3 --as registry.example/frrouting/frr:10.5.1`,
    )
    .action(async (names: readonly string[], options: Options) => {
      if (options.as.length > 0 && names.length !== 1)
        throw new UsageError('--as: for one image at a time, by its name');
      const docker = connectDocker();
      try {
        await factsOfDocker(docker);
      } catch (error) {
        if (options.ifThere !== true || !(error instanceof LabError)) throw error;
        log(context, `the images stay out of Docker: ${error.message}`);
        return;
      }
      for (const definition of names.length === 0
        ? imageDefinitions(imagesDir)
        : names.map((name) => imageDefinition(imagesDir, name))) {
        const built = findImage(imagesDir, definition.name);
        if (built === undefined) {
          if (names.length > 0)
            throw new LabError(`${definition.name} is not built: faultline image build ${definition.name}`);
          log(context, `${definition.name} is not built, and stays out of Docker`);
          continue;
        }
        const isNew = await importIntoDocker(docker, built, context.signal);
        log(context, `${definition.name} ${isNew ? 'is in Docker now' : 'is in Docker already'}`);
        for (const further of options.as) {
          await nameInDocker(docker, definition.name, further);
          log(context, `${definition.name} is called ${further} as well`);
        }
      }
    });
}
