import { join } from 'node:path';
import { buildImage, findImage, imageDefinition, imageDefinitions, removeImages } from '../../guest/images.js';
import { importedImages, removeImported } from '../../image/imported.js';
import { formatOption, log, printJson, printTable, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';
import { projectDir } from '../version.js';
import { addImageDocker } from './image-docker.js';
import { addImageImport } from './image-import.js';

export const addImage: AddCommand = (program, context) => {
  const image = program
    .command('image')
    .description('root folders of node images: made from Debian’s packages, or of images that you have');
  const imagesDir = join(projectDir(), 'containerlab', 'images');
  image
    .command('build')
    .description('build images into the cache; needs mmdebstrap')
    .argument('[name...]', 'which; all unless told')
    .option('--force', 'build them again where they are there')
    .addHelpText('after', '\nExample: faultline image build faultline/frr:10.3')
    .action(async (names: readonly string[], options: { force?: boolean }) => {
      const wanted =
        names.length === 0 ? imageDefinitions(imagesDir) : names.map((name) => imageDefinition(imagesDir, name));
      for (const definition of wanted) {
        const there = findImage(imagesDir, definition.name);
        if (there !== undefined && options.force !== true) {
          log(context, `${definition.name} is built already`);
          continue;
        }
        log(context, `${definition.name}: ${definition.packages.join(' ')}`);
        const made = await buildImage(imagesDir, definition, {
          onProgress: (text) => log(context, `${definition.name}: ${text}`),
          signal: context.signal,
        });
        context.stdout.write(`${made.root}\n`);
      }
    });
  addImageImport(image, context, imagesDir);
  addImageDocker(image, context, imagesDir);
  image
    .command('list')
    .description('list the images, whether they are built, and what was imported')
    .addOption(formatOption())
    .addHelpText('after', '\nExample: faultline image list')
    .action((options: { format: PrintFormat }) => {
      const rows = imageDefinitions(imagesDir).map((definition) => ({
        ...definition,
        built: findImage(imagesDir, definition.name) ?? null,
      }));
      const imported = importedImages();
      if (options.format === 'json')
        printJson(context, [...rows, ...imported.map((one) => ({ ...one, imported: true }))]);
      else {
        printTable(
          context,
          ['image', 'Debian', 'purpose', 'root'],
          [
            ...rows.map((row) => [row.name, row.suite, row.purpose, row.built?.root ?? 'not built']),
            ...imported.map((one) => [one.name, '', `imported from ${one.from}`, one.root]),
          ],
        );
      }
    });
  image
    .command('remove')
    .description('remove images from the cache')
    .argument('[name]', 'which; all unless told')
    .addHelpText('after', '\nExample: faultline image remove faultline/host')
    .action((name: string | undefined) => {
      const names = name === undefined ? importedImages().map((one) => one.name) : [name];
      const imported = names.filter(removeImported).length;
      const isImport = name !== undefined && imported > 0;
      const built = isImport ? 0 : removeImages(name === undefined ? undefined : imageDefinition(imagesDir, name).name);
      log(context, `removed: ${built + imported}`);
    });
};
