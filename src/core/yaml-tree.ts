import { EVENT_ID, SCALAR_STYLE, getScalarValue, type Event, type ScalarEvent } from 'js-yaml';

/** A YAML node's place in the text. Offsets count from 0; an empty value has the offset of its key. */
export interface TreeNode {
  readonly offset: number;
  /** Of a sequence. */
  readonly items?: readonly TreeNode[];
  /** Of a mapping, own keys only. */
  readonly entries?: ReadonlyMap<string, TreeEntry>;
  /** Of a mapping: what `<<` brings in, nearest first. */
  readonly merges?: readonly TreeNode[];
}
export interface TreeEntry {
  readonly keyOffset: number;
  readonly value: TreeNode;
}
export interface TreeProblem {
  readonly offset: number;
  readonly message: string;
}

/**
 * Places of everything in the first document of an event stream, and what the values alone would hide: keys that
 * stand twice, keys that are no text, anchors that contain themselves.
 */
export function buildTree(events: readonly Event[], source: string): { root: TreeNode; problems: TreeProblem[] } {
  const problems: TreeProblem[] = [];
  const anchors = new Map<string, TreeNode | undefined>();
  let position = 0;
  while (position < events.length && events[position]!.type === EVENT_ID.DOCUMENT) position++;

  const remember = (event: { anchorStart: number; anchorEnd: number }, node: TreeNode | undefined): void => {
    if (event.anchorStart >= 0) anchors.set(source.slice(event.anchorStart, event.anchorEnd), node);
  };

  /** End of the last text that was seen: what is empty stands after it. */
  let seenUntil = 0;

  const read = (emptyOffset: number): TreeNode => {
    const event = events[position++];
    if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) {
      return { offset: emptyOffset };
    }
    if (event.type === EVENT_ID.ALIAS) {
      const name = source.slice(event.anchorStart, event.anchorEnd);
      seenUntil = event.anchorEnd;
      const offset = event.anchorStart - 1;
      const target = anchors.get(name);
      if (target === undefined && anchors.has(name))
        problems.push({ offset, message: `anchor \`${name}\` contains itself` });
      return { ...target, offset };
    }
    if (event.type === EVENT_ID.SCALAR) {
      const node = { offset: scalarOffset(event, emptyOffset) };
      seenUntil = Math.max(seenUntil, event.valueEnd);
      remember(event, node);
      return node;
    }
    remember(event, undefined);
    const node = event.type === EVENT_ID.SEQUENCE ? readItems(event.start) : readEntries(event.start);
    remember(event, node);
    return node;
  };

  const readItems = (offset: number): TreeNode => {
    const items: TreeNode[] = [];
    while (events[position] !== undefined && events[position]!.type !== EVENT_ID.POP) {
      const dash = source.indexOf('-', seenUntil);
      items.push(read(dash < 0 ? offset : dash));
    }
    position++;
    return { offset, items };
  };

  const readEntries = (offset: number): TreeNode => {
    const entries = new Map<string, TreeEntry>();
    const merges: TreeNode[] = [];
    while (events[position] !== undefined && events[position]!.type !== EVENT_ID.POP) {
      const keyEvent = events[position]!;
      const key = keyEvent.type === EVENT_ID.SCALAR ? keyText(keyEvent, source) : undefined;
      const keyNode = read(offset);
      const value = read(keyNode.offset);
      if (key === undefined || key === '__proto__') {
        problems.push({ offset: keyNode.offset, message: 'a key must be a plain word' });
      } else if (key === '<<' && keyEvent.type === EVENT_ID.SCALAR && keyEvent.style === SCALAR_STYLE.PLAIN) {
        merges.push(...(value.items ?? [value]));
      } else if (entries.has(key)) {
        problems.push({ offset: keyNode.offset, message: `key \`${key}\` stands here twice` });
      } else {
        entries.set(key, { keyOffset: keyNode.offset, value });
      }
    }
    position++;
    return { offset, entries, merges };
  };

  return { root: read(0), problems };
}

function keyText(event: ScalarEvent, source: string): string {
  return event.valueStart < 0 ? '' : getScalarValue(source, event);
}

function scalarOffset(event: ScalarEvent, emptyOffset: number): number {
  if (event.valueStart < 0) return emptyOffset;
  if (event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED)
    return event.valueStart - 1;
  // A block scalar starts at the beginning of its first line.
  return event.valueStart + (event.indent > 0 ? event.indent : 0);
}

/** The entry at `key`, own or merged. */
export function entryOf(node: TreeNode, key: string): TreeEntry | undefined {
  const own = node.entries?.get(key);
  if (own !== undefined) return own;
  for (const merged of node.merges ?? []) {
    const found = entryOf(merged, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
