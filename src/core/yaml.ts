import {
  CORE_SCHEMA,
  EVENT_ID,
  FAILSAFE_SCHEMA,
  YAMLException,
  constructFromEvents,
  mergeTag,
  nullCoreTag,
  parseEvents,
  type Event,
} from 'js-yaml';
import type { ConfigIssue } from './errors.js';
import type { SourceRef } from './source.js';
import { buildTree, entryOf, type TreeNode } from './yaml-tree.js';

/** From the document's root to a value: keys and indexes. */
export type YamlPath = readonly (string | number)[];

/** One YAML document: its values, and where each of them stands in the file. */
export interface YamlDocument {
  readonly file: string;
  /** As YAML 1.2's core schema reads it, `<<` merged. */
  readonly value: unknown;
  /** The same, but every scalar is its own text (`1.10` stays `1.10`, `yes` stays `yes`); empty and `null` are null. */
  readonly text: unknown;
  /**
   * Where the value at `path` stands, or with `key` its key. What is not in the file has the place of the nearest
   * thing around it that is.
   */
  at(path: YamlPath, of?: 'key' | 'value'): SourceRef;
}

/** What `source` is when the parsed text was made from it by substitution: places are told in the original. */
export interface TextOrigin {
  readonly source: string;
  /** Offset in the original for an offset in the parsed text. */
  offsetOf(offset: number): number;
}

/**
 * Parses one YAML document. Never throws: what is wrong with the text is in `issues`, and `document` is undefined where
 * nothing could be made of it. Keys that stand twice, unknown tags and self-containing anchors are issues.
 */
export function parseYaml(
  text: string,
  file: string,
  origin: TextOrigin = { source: text, offsetOf: (offset) => offset },
): { readonly document: YamlDocument | undefined; readonly issues: readonly ConfigIssue[] } {
  const place = (offset: number): SourceRef => ({ file, ...lineAndColumn(origin.source, origin.offsetOf(offset)) });
  const failed = (error: unknown): { document: undefined; issues: ConfigIssue[] } => {
    if (!(error instanceof YAMLException)) throw error;
    return {
      document: undefined,
      issues: [{ ...place(error.mark?.position ?? 0), message: `not YAML: ${error.reason}` }],
    };
  };
  let events: Event[];
  try {
    events = parseEvents(text, {});
  } catch (error) {
    return failed(error);
  }
  if (events.length === 0) {
    return { document: undefined, issues: [{ file, line: 0, column: 0, message: 'the file is empty' }] };
  }
  const { root, problems } = buildTree(events, text);
  const issues: ConfigIssue[] = problems.map(({ offset, message }) => ({ ...place(offset), message }));
  if (problems.some(({ message }) => message.endsWith('contains itself'))) return { document: undefined, issues };
  let values: unknown[];
  let texts: unknown[];
  try {
    // Keys that stand twice are in `issues` already, all of them; json: true lets the rest be read.
    values = constructFromEvents(events, { source: text, schema: CORE_SCHEMA.withTags(mergeTag), json: true });
    texts = constructFromEvents(events, {
      source: text,
      schema: FAILSAFE_SCHEMA.withTags(nullCoreTag, mergeTag),
      json: true,
    });
  } catch (error) {
    const failure = failed(error);
    return { document: undefined, issues: [...issues, ...failure.issues] };
  }
  if (values.length !== 1) {
    issues.push({
      ...place(secondDocument(events)),
      message: 'a second YAML document starts here (`---`): one is possible',
    });
  }
  const document: YamlDocument = {
    file,
    value: values[0],
    text: texts[0],
    at: (path, of = 'value') => place(offsetAt(root, path, of)),
  };
  return { document, issues };
}

/** Offset of the first thing in the second document. */
function secondDocument(events: readonly Event[]): number {
  const second = events.findIndex((event, index) => index > 0 && event.type === EVENT_ID.DOCUMENT);
  for (const event of events.slice(second)) {
    if ('start' in event) return event.start;
    if ('valueStart' in event && event.valueStart >= 0) return event.valueStart;
  }
  return 0;
}

function offsetAt(root: TreeNode, path: YamlPath, of: 'key' | 'value'): number {
  let node = root;
  let offset = root.offset;
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1;
    const entry = entryOf(node, String(step));
    const next = typeof step === 'number' && node.items !== undefined ? node.items[step] : entry?.value;
    if (next === undefined) return offset;
    offset = entry !== undefined && (last ? of === 'key' : true) ? entry.keyOffset : next.offset;
    node = next;
  }
  return offset;
}

/** Line and column, both from 1, of an offset. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.min(offset, text.length));
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) line++;
  return { line, column: before.length - lineStart + 1 };
}
