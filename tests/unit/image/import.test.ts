import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { importImage, type ImportOptions } from '../../../src/image/import.js';
import { findImported, importedImages, removeImported } from '../../../src/image/imported.js';
import { dockerSave, ImagePlace, ociLayout, tarOf, type ImageDraft, type Member } from './make-image.js';

const isRoot = process.geteuid?.() === 0;
const zstd = (data: Buffer): Buffer => execFileSync('zstd', ['-qc'], { input: data });

describe('importing images', () => {
  const place = new ImagePlace();
  before(() => place.enter());
  after(() => place.leave());
  afterEach(() => importedImages().forEach(({ name }) => removeImported(name)));

  const importOf = (saved: Uint8Array, options: Partial<ImportOptions> = {}) =>
    importImage(place.file('saved.tar', saved), {
      taken: ['faultline/frr:8.4'],
      onProgress: () => undefined,
      signal: new AbortController().signal,
      ...options,
    });
  const rootOf = async (...layers: readonly (readonly Member[])[]): Promise<string> =>
    (await importOf(dockerSave({ layers: layers.map((members) => tarOf(members)) }))).root;
  const treeOf = (root: string, folder = ''): string[] =>
    readdirSync(join(root, folder))
      .sort()
      .flatMap((name) => {
        const path = join(folder, name);
        const stat = lstatSync(join(root, path));
        if (stat.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(root, path))}`];
        if (stat.isDirectory()) return [`${path}/`, ...treeOf(root, path)];
        return [`${path} = ${readFileSync(join(root, path), 'utf8')}`];
      });
  const failureOf = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'no error',
      (error: Error) => error.message,
    );

  it('puts layers over one another: files, folders, modes, owners, times, links', async () => {
    const root = await rootOf(
      [
        { path: 'etc/', mode: 0o755 },
        { path: 'etc/motd', data: 'lower', mode: 0o640 },
        { path: 'bin', type: '2', link: 'usr/bin' },
        { path: 'usr/bin/', mode: 0o711 },
        { path: 'usr/bin/tool', data: 'tool', mode: 0o4755, uid: 7, gid: 8, mtime: 1234567890 },
        { path: 'tmp/', mode: 0o1777 },
        { path: 'gone/to/file', data: 'x' },
      ],
      [
        { path: './etc/motd', data: 'upper', mode: 0o600 },
        { path: 'bin/other', data: 'other' },
        { path: 'usr/bin/alias', type: '1', link: 'usr/bin/tool' },
        { path: 'usr/bin/self', type: '2', link: '/etc/motd' },
        { path: 'gone', data: 'a file now' },
      ],
    );
    expect(treeOf(root)).to.deep.equal([
      'bin -> usr/bin',
      'etc/',
      'etc/motd = upper',
      'gone = a file now',
      'tmp/',
      'usr/',
      'usr/bin/',
      'usr/bin/alias = tool',
      'usr/bin/other = other',
      'usr/bin/self -> /etc/motd',
      'usr/bin/tool = tool',
    ]);
    const tool = statSync(join(root, 'usr/bin/tool'));
    expect(tool.ino).to.equal(statSync(join(root, 'usr/bin/alias')).ino);
    expect([tool.mode & 0o7777, tool.mtimeMs]).to.deep.equal([0o4755, 1_234_567_890_000]);
    if (isRoot) expect([tool.uid, tool.gid]).to.deep.equal([7, 8]);
    expect(statSync(join(root, 'tmp')).mode & 0o7777).to.equal(0o1777);
    expect(statSync(join(root, 'etc/motd')).mode & 0o777).to.equal(0o600);
    expect(statSync(join(root, 'usr/bin')).mtimeMs).to.equal(1_000_000_000_000);
  });

  it('takes away what a whiteout names in lower layers, and nothing of its own layer', async () => {
    const lower: Member[] = ['a/1', 'a/2', 'a/deep/3', 'b/1', 'b/sub/2', 'c/1', 'keep'].map((path) => ({
      path,
      data: path,
    }));
    const root = await rootOf(lower, [
      { path: 'a/new', data: 'new' },
      { path: 'a/deep/new', data: 'new' },
      { path: 'a/.wh..wh..opq' },
      { path: 'a/late', data: 'late' },
      { path: 'b/.wh.sub' },
      { path: 'b/sub/own', data: 'own' },
      { path: '.wh.c' },
      { path: '.wh.never-there' },
      { path: 'keep', data: 'again' },
      { path: '.wh.keep' },
      { path: '.wh..wh.plnk/x' },
    ]);
    expect(treeOf(root)).to.deep.equal([
      'a/',
      'a/deep/',
      'a/deep/new = new',
      'a/late = late',
      'a/new = new',
      'b/',
      'b/1 = b/1',
      'b/sub/',
      'b/sub/own = own',
      'keep = again',
    ]);
  });

  it('never writes or deletes outside the root, whatever links and paths say', async () => {
    const outside = join(place.dir, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'precious'), 'as it was');
    const lower: Member[] = [
      { path: 'out', type: '2', link: outside },
      { path: 'up', type: '2', link: '../../../../../../../..' },
      { path: 'precious', type: '2', link: join(outside, 'precious') },
      { path: 'folder', type: '2', link: outside },
    ];
    const root = await rootOf(lower, [
      { path: 'out/precious', data: 'broken' },
      { path: 'out/.wh.precious' },
      { path: `up${outside}/.wh.precious` },
      { path: 'precious', data: 'a file of the image' },
      { path: 'folder/', mode: 0o777 },
    ]);
    expect(readFileSync(join(outside, 'precious'), 'utf8')).to.equal('as it was');
    expect(readdirSync(outside)).to.deep.equal(['precious']);
    expect(readFileSync(join(root, 'precious'), 'utf8')).to.equal('a file of the image');
    expect(lstatSync(join(root, 'folder')).isDirectory()).to.equal(true);
    // `out` leads to a path inside the image.
    expect(readFileSync(join(root, outside, 'precious'), 'utf8')).to.equal('broken');
    for (const [member, message] of [
      [{ path: '../escaped', data: 'x' }, /leads out of the image/],
      [{ path: 'x/../../escaped', data: 'x' }, /leads out of the image/],
      [{ path: 'link', type: '1', link: '../outside/precious' }, /leads out of the image/],
      [{ path: 'link', type: '1', link: 'out/precious' }, /hard link to out\/precious, which is not there/],
      [{ path: 'link', type: '1', link: 'nothing' }, /hard link to nothing, which is not there/],
      [{ path: 'a/.wh...' }, /is no whiteout/],
      [{ path: 'odd', type: 'S', data: 'x' }, /sparse/],
    ] as const) {
      const saved = dockerSave({ name: 'test/bad:1', layers: [tarOf(lower), tarOf([member])] });
      expect(await failureOf(importOf(saved)), member.path).to.match(message);
      expect(findImported('test/bad:1'), member.path).to.equal(undefined);
    }
    expect(existsSync(join(place.dir, 'escaped'))).to.equal(false);
    expect(readdirSync(join(place.dir, 'cache/faultline/imported'))).to.deep.equal(['test--made-3a-1']);
  });

  it('leaves devices out and says so, and file capabilities', async () => {
    const made = await importOf(
      dockerSave({
        layers: [
          tarOf([
            { path: 'dev/null', type: '3' },
            { path: 'pipe', type: '6' },
            { path: 'ping', data: 'ping', pax: { 'SCHILY.xattr.security.capability': 'x' } },
          ]),
        ],
      }),
    );
    expect(treeOf(made.root)).to.deep.equal(['ping = ping']);
    expect(made.notes).to.deep.equal([
      "2 device files and pipes: nodes have the host's /dev",
      'extended attributes (capabilities, say) of 1 files',
    ]);
  });

  const long = `${'long/'.repeat(60)}name-ä`;
  const layers = [
    tarOf([{ path: 'x', data: 'content', pax: { path: long, mtime: '1000000000.5' } }]),
    tarOf([{ path: 'empty/' }]),
  ];
  const draft: ImageDraft = {
    layers,
    config: {
      Entrypoint: ['/sbin/tini', '--'],
      Cmd: ['/start', 'two words'],
      Env: ['PATH=/bin', 'EMPTY=', 'EQUALS=a=b'],
      User: '100:200',
      WorkingDir: '/srv',
    },
  };
  const forms: Readonly<Record<string, () => Buffer>> = {
    'docker save': () => dockerSave(draft),
    'docker save, gzipped': () => gzipSync(dockerSave(draft)),
    'docker save, by zstd': () => zstd(dockerSave(draft)),
    'an OCI layout with gzipped layers': () => ociLayout(draft),
    'an OCI layout with layers by zstd': () => ociLayout({ ...draft, pack: zstd }),
    'an OCI layout with plain layers': () => ociLayout({ ...draft, pack: (layer) => layer }),
  };
  for (const [form, make] of Object.entries(forms)) {
    it(`reads ${form}`, async () => {
      const made = await importOf(make());
      expect(made).to.deep.include({
        name: 'test/made:1',
        layers: 2,
        start: {
          entrypoint: ['/sbin/tini', '--'],
          command: ['/start', 'two words'],
          env: { PATH: '/bin', EMPTY: '', EQUALS: 'a=b' },
          user: '100:200',
          workdir: '/srv',
        },
      });
      expect(readFileSync(join(made.root, long), 'utf8')).to.equal('content');
      expect(existsSync(join(made.root, 'empty'))).to.equal(true);
    });
  }

  it('says what is wrong, and leaves an earlier import of that name as it is', async () => {
    await importOf(dockerSave({ layers: [tarOf([{ path: 'first', data: '1' }])] }));
    const whole = dockerSave({ layers: [tarOf([{ path: 'second', data: '2' }])] });
    const gzipped = ociLayout({ layers: [tarOf([{ path: 'second', data: '2'.repeat(9999) }])] });
    const damaged = Buffer.from(dockerSave({ layers: [tarOf([{ path: 'second', data: 'content' }])] }));
    damaged.write('CONTENT', damaged.indexOf('content'));
    for (const [saved, message, options] of [
      [Buffer.from('not a tar'), /cut off|no tar archive/, {}],
      [Buffer.alloc(2048, 1), /no tar archive/, {}],
      [Buffer.alloc(1024), /holds no image/, {}],
      [tarOf([{ path: 'etc/passwd', data: 'root' }]), /neither manifest.json .* nor index.json/, {}],
      [whole.subarray(0, 2600), /cut off|not whole|no image/, {}],
      [gzipSync(whole).subarray(0, 300), /cannot be decompressed/, {}],
      [damaged, /layer 1 of 1 is damaged: its digest is/, {}],
      [dockerSave({ layers: [layers[0]!], diffIds: [] }), /names 0 layers, and it has 1/, {}],
      [dockerSave({ layers, architecture: 's390x' }), /made for linux\/s390x, and this is linux\//, {}],
      [ociLayout(draft, true), /holds no image for this machine/, {}],
      [dockerSave({ name: null, layers }), /has no name: give it one with --name/, {}],
      [dockerSave({ name: 'faultline/frr:8.4', layers }), /faultline builds itself/, {}],
      [whole, /can be called Big Name/, { name: 'Big Name' }],
      [dockerSave(draft, { ...draft, name: 'b:2' }), /holds 2 images, say which: test\/made:1, b:2/, {}],
      [dockerSave(draft, { ...draft, name: 'b:2' }), /no single image c; there is: test\/made:1, b:2/, { image: 'c' }],
      [Buffer.from('BZh91AY'), /compressed by bzip2/, {}],
      [gzipped.subarray(0, 1500), /cut off|not whole/, {}],
    ] as const) {
      expect(await failureOf(importOf(saved, options))).to.match(message);
    }
    const aborted = AbortSignal.abort(new Error('enough'));
    expect(await failureOf(importOf(whole, { signal: aborted }))).to.equal('enough');
    expect(treeOf(findImported('test/made:1')!.root)).to.deep.equal(['first = 1']);
    expect(readdirSync(join(place.dir, 'cache/faultline/imported'))).to.deep.equal(['test--made-3a-1']);
    await importOf(whole);
    expect(treeOf(findImported('test/made:1')!.root)).to.deep.equal(['second = 2']);
  });

  it('takes one image of several, under the name that is given', async () => {
    const other: ImageDraft = { name: 'docker.io/library/b:2', layers: [layers[1]!] };
    const made = await importOf(dockerSave(draft, other), { image: 'b:2', name: 'own/name' });
    expect(made.name).to.equal('own/name:latest');
    expect(treeOf(made.root)).to.deep.equal(['empty/']);
    expect(findImported('docker.io/own/name')!.root).to.equal(made.root);
  });
});
