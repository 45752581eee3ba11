import { z } from 'zod';
import { ConfigError, type ConfigIssue } from '../core/errors.js';
import { checkShape, placeIssues } from '../core/shape.js';
import { parseYaml } from '../core/yaml.js';
import { macFromText } from '../packet/addresses.js';
import { encodeLlc, encodeSnap, LLC_SAP, LLC_UI } from '../packet/layers/llc.js';
import { hexBytes } from '../packet/layers/parts.js';
import { CATALOGUE } from './catalogue/index.js';
import type { CatalogueRow } from './types.js';

/** A frame of the user's own. Plain data. */
export interface UserFrame {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly destination: string;
  /** null: an 802.3 length. */
  readonly etherType: number | null;
  /** What stands behind it, hexadecimal. */
  readonly body: string;
  /** A frame of the catalogue whose body it has, at another address. */
  readonly like: string | null;
  readonly room: CatalogueRow['room'];
}

const hexText = z.string().transform((text, context) => {
  const plain = text.replace(/[\s:]/g, '').toLowerCase();
  if (!/^([\da-f]{2})*$/.test(plain)) context.addIssue('must be hexadecimal bytes, such as `01 02 ff`');
  return plain;
});
const macText = z
  .string()
  .regex(/^[\da-f]{2}(:[\da-f]{2}){5}$/i, 'must be a MAC address such as `01:80:c2:00:00:02`')
  .transform((text) => text.toLowerCase());
const byte = z.int().min(0).max(255);

const frameSchema = z
  .strictObject({
    id: z.string().regex(/^[A-Za-z0-9.-]{1,16}$/, 'must be a short plain word'),
    name: z.string().min(1),
    title: z.string().optional(),
    /** All of an untagged frame; its source address is replaced by the prober's. */
    hex: hexText.optional(),
    destination: macText.optional(),
    'ether-type': z.int().min(0x0600).max(0xffff).optional(),
    llc: z.strictObject({ dsap: byte, ssap: byte, control: byte.default(LLC_UI) }).optional(),
    snap: z.strictObject({ oui: z.int().min(0).max(0xffffff), protocol: z.int().min(0).max(0xffff) }).optional(),
    payload: hexText.optional(),
    like: z.string().optional(),
    /** The number of each frame is written behind the payload; off where the protocol would take it for its own. */
    mark: z.boolean().default(true),
  })
  .superRefine((frame, context) => {
    const given = (['hex', 'ether-type', 'llc', 'snap', 'like'] as const).filter((key) => frame[key] !== undefined);
    if (given.length !== 1) {
      context.addIssue(
        `must have one of \`hex\`, \`ether-type\`, \`llc\`, \`snap\`, \`like\`, not ${given.length} of them`,
      );
      return;
    }
    if (frame.hex !== undefined) {
      if (frame.destination !== undefined || frame.payload !== undefined) {
        context.addIssue('has `hex`, which is all of the frame: `destination` and `payload` cannot stand beside it');
      }
      if (frame.hex.length < 28)
        context.addIssue({ code: 'custom', path: ['hex'], message: 'must be at least 14 bytes' });
    } else if (frame.destination === undefined) context.addIssue('`destination` is missing');
    if (frame.like !== undefined && rowCalled(frame.like) === undefined) {
      context.addIssue({ code: 'custom', path: ['like'], message: 'names no frame of the catalogue' });
    }
    if ((frame.payload?.length ?? 0) > 2 * 1480) {
      context.addIssue({ code: 'custom', path: ['payload'], message: 'must be at most 1480 bytes' });
    }
  });

const fileSchema = z.strictObject({ frames: z.array(frameSchema).min(1) });

function rowCalled(name: string): CatalogueRow | undefined {
  return CATALOGUE.find((row) => row.id === name || row.name === name);
}

/** Reads a file of frames. @throws ConfigError with everything that is wrong, each with its place */
export function parseUserFrames(text: string, file: string): readonly UserFrame[] {
  const { document, issues } = parseYaml(text, file);
  if (document === undefined) throw new ConfigError(issues);
  const checked = checkShape(fileSchema, document.value);
  const all: ConfigIssue[] = [...issues, ...placeIssues(document, checked.issues)];
  const seen = new Set(CATALOGUE.flatMap(({ id, name }) => [id, name]));
  checked.data?.frames.forEach(({ id, name }, index) => {
    for (const [key, word] of [
      ['id', id],
      ['name', name],
    ] as const) {
      if (seen.has(word))
        all.push({ ...document.at(['frames', index, key]), message: `a frame is called \`${word}\` already` });
      seen.add(word);
    }
  });
  if (all.length > 0 || checked.data === undefined) throw new ConfigError(all);
  return checked.data.frames.map(frameOf);
}

function frameOf(frame: z.output<typeof frameSchema>): UserFrame {
  const { id, name, title = name, mark } = frame;
  const payload = hexBytes(frame.payload ?? '');
  const common = { id, name, title, like: null, destination: frame.destination ?? '' };
  const room = mark ? 'padding' : 'none';
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  if (frame.hex !== undefined) {
    const type = parseInt(frame.hex.slice(24, 28), 16);
    const destination = frame.hex.slice(0, 12).match(/../g)!.join(':');
    // The user's bytes, and nothing behind them.
    return { ...common, destination, etherType: type, body: frame.hex.slice(28), room: 'none' };
  }
  if (frame.like !== undefined) {
    const row = rowCalled(frame.like)!;
    return { ...common, etherType: null, body: '', like: row.id, room: row.room };
  }
  if (frame['ether-type'] !== undefined) return { ...common, etherType: frame['ether-type'], body: hex(payload), room };
  const llc = frame.llc ?? { dsap: LLC_SAP.snap, ssap: LLC_SAP.snap, control: LLC_UI };
  const inner =
    frame.snap === undefined ? payload : encodeSnap({ oui: frame.snap.oui, protocolId: frame.snap.protocol }, payload);
  return { ...common, etherType: null, body: hex(encodeLlc(llc, inner)), room };
}

/** The row that a user's frame makes. */
export function userRow(frame: UserFrame): CatalogueRow {
  const { id, name, title, destination, room } = frame;
  macFromText(destination);
  const model = frame.like === null ? undefined : rowCalled(frame.like)!;
  const own = { id, name, title, destination, room, table: false, caution: undefined };
  if (model !== undefined) return { ...model, ...own, caution: model.caution };
  const bytes = hexBytes(frame.body);
  const type = frame.etherType === null ? '802.3' : `0x${frame.etherType.toString(16).padStart(4, '0')}`;
  const etherType = frame.etherType;
  return { ...own, type, tshark: '', answer: undefined, body: () => ({ etherType, bytes }) };
}
