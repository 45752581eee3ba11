// Bundles faultline and the programs of traffic/ into dist/, each into one file: in a guest of the lab kernel every file
// that a program loads costs its start about a millisecond. Same sources and packages, same bytes.
// build.mjs [FOLDER]: into this folder, which holds nothing else afterwards, instead of dist/
import { build } from 'esbuild';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = resolve(argv[2] ?? join(project, 'dist'));

/** zod brings its error texts in 50 languages; the English ones are set without this list. */
const withoutTranslations = {
  name: 'without-translations',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

const programs = readdirSync(join(project, 'traffic'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));
const { outputFiles } = await build({
  absWorkingDir: project,
  entryPoints: {
    faultline: 'src/cli/main.ts',
    ...Object.fromEntries(programs.map((name) => [`traffic/${name}`, `traffic/${name}.ts`])),
  },
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  write: false,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // koffi is a native program; Docker's client is loaded where it is used, and much of it never.
  external: ['koffi', 'dockerode'],
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  sourcemap: 'linked',
  plugins: [withoutTranslations],
  logLevel: 'warning',
});

// A file that somebody runs meanwhile is the old one or the new one, whole.
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, contents);
  renameSync(`${path}.new`, path);
}
const made = new Set(outputFiles.map(({ path }) => relative(dist, path)));
const folders = new Set([...made].map((file) => dirname(file)));
for (const found of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!made.has(found) && !folders.has(found)) rmSync(join(dist, found), { recursive: true, force: true });
}
