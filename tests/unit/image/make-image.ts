import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A member of a tar archive that a test makes; folders end in `/`. */
export interface Member {
  readonly path: string;
  readonly data?: string | Uint8Array;
  readonly type?: string;
  readonly link?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  /** Goes into a pax header before it. */
  readonly pax?: Readonly<Record<string, string>>;
}

/** A tar archive (ustar, pax), written here so that also what no proper tool would write can be in it. */
export function tarOf(members: readonly Member[], ended = true): Buffer {
  return Buffer.concat([...members.flatMap(blocks), ...(ended ? [Buffer.alloc(1024)] : [])]);
}

function blocks(member: Member): Buffer[] {
  const data = Buffer.from(member.data ?? '');
  const pax =
    member.pax === undefined ? [] : [...part('pax', 'x', Buffer.concat(Object.entries(member.pax).map(record)))];
  const type = member.type ?? (member.path.endsWith('/') ? '5' : '0');
  return [...pax, ...part(member.path, type, data, member)];
}

function record([key, value]: [string, string]): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + Buffer.byteLength(rest) !== length)
    length = String(length).length + Buffer.byteLength(rest);
  return Buffer.from(`${length}${rest}`);
}

function part(path: string, type: string, data: Buffer, member?: Member): Buffer[] {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): void =>
    void header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  header.write(path, 0, 100, 'utf8');
  octal(member?.mode ?? (type === '5' ? 0o755 : 0o644), 100, 8);
  octal(member?.uid ?? 0, 108, 8);
  octal(member?.gid ?? 0, 116, 8);
  octal(data.length, 124, 12);
  octal(member?.mtime ?? 1_000_000_000, 136, 12);
  header.write('        ', 148, 'latin1');
  header.write(type, 156, 'latin1');
  header.write(member?.link ?? '', 157, 100, 'utf8');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export interface ImageDraft {
  readonly name?: string | null;
  readonly layers: readonly Buffer[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly architecture?: string;
  /** What the layers become in the archive. */
  readonly pack?: (layer: Buffer) => Buffer;
  readonly diffIds?: readonly string[];
}

export function configOf(draft: ImageDraft): Buffer {
  return Buffer.from(
    JSON.stringify({
      architecture: draft.architecture ?? (process.arch === 'x64' ? 'amd64' : process.arch),
      os: 'linux',
      config: draft.config ?? {},
      rootfs: { type: 'layers', diff_ids: draft.diffIds ?? draft.layers.map((layer) => `sha256:${sha256(layer)}`) },
    }),
  );
}

/** What `docker save` writes of these images. */
export function dockerSave(...drafts: readonly ImageDraft[]): Buffer {
  const members: Member[] = [];
  const manifest = drafts.map((draft) => {
    const config = configOf(draft);
    members.push({ path: `${sha256(config)}.json`, data: config });
    const layers = draft.layers.map((layer) => {
      const path = `${sha256(layer)}/layer.tar`;
      if (!members.some((member) => member.path === path)) members.push({ path, data: (draft.pack ?? same)(layer) });
      return path;
    });
    const tags = draft.name === undefined ? ['test/made:1'] : draft.name === null ? null : [draft.name];
    return { Config: `${sha256(config)}.json`, RepoTags: tags, Layers: layers };
  });
  return tarOf([...members, { path: 'manifest.json', data: JSON.stringify(manifest) }]);
}

/** The same image as an OCI image layout, its layers gzipped. */
export function ociLayout(draft: ImageDraft, otherPlatform = false): Buffer {
  const members: Member[] = [{ path: 'oci-layout', data: '{"imageLayoutVersion":"1.0.0"}' }];
  const put = (data: Buffer): { digest: string; size: number } => {
    const hex = sha256(data);
    members.push({ path: `blobs/sha256/${hex}`, data });
    return { digest: `sha256:${hex}`, size: data.length };
  };
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...put(configOf(draft)) };
  const layers = draft.layers.map((layer) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    ...put((draft.pack ?? gzipSync)(layer)),
  }));
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = { mediaType: type, ...put(Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers }))) };
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const statement = {
    mediaType: type,
    ...put(Buffer.from('{}')),
    platform: { architecture: 'unknown', os: 'unknown' },
  };
  const inner = put(
    Buffer.from(JSON.stringify({ manifests: [{ ...manifest, platform: { architecture, os: 'linux' } }, statement] })),
  );
  const annotations = { 'org.opencontainers.image.ref.name': draft.name ?? 'test/made:1' };
  const index = otherPlatform
    ? { manifests: [statement] }
    : { manifests: [{ mediaType: 'application/vnd.oci.image.index.v1+json', ...inner, annotations }] };
  return tarOf([...members, { path: 'index.json', data: JSON.stringify(index) }]);
}

function same(layer: Buffer): Buffer {
  return layer;
}

/** A folder for a test's files, and the cache of its own that imports go into. */
export class ImagePlace {
  readonly dir = mkdtempSync(join(tmpdir(), 'faultline-image-'));
  private readonly before = process.env['XDG_CACHE_HOME'];

  enter(): void {
    process.env['XDG_CACHE_HOME'] = join(this.dir, 'cache');
  }

  file(name: string, data: Uint8Array): string {
    const path = join(this.dir, name);
    writeFileSync(path, data);
    return path;
  }

  leave(): void {
    if (this.before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = this.before;
    rmSync(this.dir, { recursive: true });
  }
}
