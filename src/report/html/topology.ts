import type { RunResult } from '../../run/result.js';
import { displayWidth, truncate, visible } from '../text/visible.js';
import { layoutColumns } from './topology-layout.js';
import { markup, type Markup } from './markup.js';

const BOX = { width: 116, height: 42 };
const COLUMN_STEP = 188;
const ROW_STEP = 74;
const MARGIN = 14;
const NAME_COLUMNS = 17;
/** Longer names are set smaller. */
const ROOMY_COLUMNS = 13;
/** A wider drawing is not shrunk to the page on a screen but can be moved. */
const PAGE_WIDTH = 1500;
const PORT_COLUMNS = 6;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly column: number;
  readonly row: number;
}

interface LinkEnd {
  readonly node: string;
  readonly port: string;
}

interface Link {
  readonly id: string;
  readonly a: LinkEnd;
  readonly b: LinkEnd;
  readonly broken: boolean;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The lab as a drawing: senders on the left, what the fault broke marked. Empty where the lab has no nodes. */
export function topologyDrawing(result: RunResult): Markup | null {
  const { nodes } = result.lab;
  if (nodes.length === 0) return null;
  const broken = result.fault?.broken ?? { nodes: [], endpoints: [] };
  const names = nodes.map((node) => node.name);
  const links = result.lab.links
    .map((link) => ({
      id: link.id,
      a: endOf(link.a),
      b: endOf(link.b),
      broken: broken.endpoints.includes(link.a) || broken.endpoints.includes(link.b),
    }))
    .filter((link) => names.includes(link.a.node) && names.includes(link.b.node));
  const columns = layoutColumns(
    names,
    links.map((link) => ({ a: link.a.node, b: link.b.node })),
    rootsOf(result),
  );
  const rows = Math.max(...columns.map((column) => column.length));
  const height = MARGIN * 2 + (rows - 1) * ROW_STEP + BOX.height;
  const width = MARGIN * 2 + (columns.length - 1) * COLUMN_STEP + BOX.width;
  const places = new Map<string, Place>();
  columns.forEach((column, index) =>
    column.forEach((name, row) =>
      places.set(name, {
        x: MARGIN + index * COLUMN_STEP + BOX.width / 2,
        y: height / 2 + (row - (column.length - 1) / 2) * ROW_STEP,
        column: index,
        row,
      }),
    ),
  );
  const senders = new Set(result.flows.map((flow) => flow.from.node));
  const receivers = new Set(result.flows.flatMap((flow) => flow.receivers.map((receiver) => receiver.node)));
  return markup`<svg class="topology${width > PAGE_WIDTH ? ' large' : ''}" role="img" aria-label="Topology" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
${links.map((link) => linkMarkup(link, links, places))}${nodes.map((node) =>
    nodeMarkup(
      places.get(node.name)!,
      node,
      senders.has(node.name) ? 'sender' : receivers.has(node.name) ? 'receiver' : 'router',
      broken.nodes.includes(node.name),
    ),
  )}</svg>`;
}

/** Where the drawing begins: nodes with the role `source`, else pure senders, else the first sender. */
function rootsOf(result: RunResult): string[] {
  const bySourceRole = result.lab.nodes.filter((node) => node.role === 'source').map((node) => node.name);
  if (bySourceRole.length > 0) return bySourceRole;
  const receivers = new Set(result.flows.flatMap((flow) => flow.receivers.map((receiver) => receiver.node)));
  const senders = result.flows.map((flow) => flow.from.node);
  const pure = senders.filter((name) => !receivers.has(name));
  return pure.length > 0 ? pure : senders.slice(0, 1);
}

function endOf(endpoint: string): LinkEnd {
  const colon = endpoint.indexOf(':');
  return colon < 0 ? { node: endpoint, port: '' } : { node: endpoint.slice(0, colon), port: endpoint.slice(colon + 1) };
}

function nodeMarkup(
  place: Place,
  node: RunResult['lab']['nodes'][number],
  part: 'sender' | 'receiver' | 'router',
  broken: boolean,
): Markup {
  const left = place.x - BOX.width / 2;
  const top = place.y - BOX.height / 2;
  const below = node.role ?? node.kind;
  const label = truncate(visible(node.name), NAME_COLUMNS);
  const size = displayWidth(label) > ROOMY_COLUMNS ? ' tight' : '';
  const cross = markup`<path class="cross" d="M${left} ${top}l${BOX.width} ${BOX.height}M${left} ${top + BOX.height}l${BOX.width} ${-BOX.height}"/>`;
  return markup`<g class="node ${part}${broken ? ' broken' : ''}"><title>${node.name}: ${below}, ${node.kind}, ${node.software}${broken ? ' (broken by the fault)' : ''}</title>
<rect x="${left}" y="${top}" width="${BOX.width}" height="${BOX.height}" rx="5"/>${broken ? cross : null}
<text x="${place.x}" y="${place.y - 3}" class="name${size}">${label}</text>
<text x="${place.x}" y="${place.y + 13}" class="role">${truncate(visible(below), NAME_COLUMNS)}</text></g>
`;
}

function linkMarkup(link: Link, links: readonly Link[], places: ReadonlyMap<string, Place>): Markup {
  const a = places.get(link.a.node)!;
  const b = places.get(link.b.node)!;
  const from = attach(link, 'a', links, places);
  const to = attach(link, 'b', links, places);
  const isBeside = a.column === b.column && Math.abs(a.row - b.row) === 1;
  const bend = a.column === b.column && !isBeside ? 44 : 0;
  const path =
    bend > 0 ? `M${xy(from)}C${xy(right(from, bend))} ${xy(right(to, bend))} ${xy(to)}` : `M${xy(from)}L${xy(to)}`;
  const middle = { x: (from.x + to.x) / 2 + bend * 0.75, y: (from.y + to.y) / 2 };
  const cross = markup`<path class="cross" d="M${xy(middle)}m-6 -6l12 12m0 -12l-12 12"/>`;
  return markup`<g class="link${link.broken ? ' broken' : ''}"><title>${link.id}${link.broken ? ' (broken by the fault)' : ''}</title><path d="${path}"/>${
    link.broken ? cross : null
  }${portMarkup(link.a.port, from, bend > 0 ? right(from, bend) : to)}${portMarkup(link.b.port, to, bend > 0 ? right(to, bend) : from)}</g>
`;
}

/** Where a link meets its node: links on one side of a box are spread over that side, in the order of their far ends. */
function attach(link: Link, end: 'a' | 'b', links: readonly Link[], places: ReadonlyMap<string, Place>): Point {
  const me = link[end].node;
  const place = places.get(me)!;
  const side = sideOf(link, me, places);
  const same = links
    .filter((each) => (each.a.node === me || each.b.node === me) && sideOf(each, me, places) === side)
    .map((each, index) => ({ each, index, far: places.get(each.a.node === me ? each.b.node : each.a.node)!.row }))
    .sort((p, q) => p.far - q.far || p.index - q.index);
  const share = (same.findIndex((each) => each.each === link) + 1) / (same.length + 1) - 0.5;
  if (side === 'up' || side === 'down') {
    return { x: place.x + share * BOX.width, y: place.y + (side === 'up' ? -1 : 1) * (BOX.height / 2) };
  }
  return { x: place.x + (side === 'left' ? -1 : 1) * (BOX.width / 2), y: place.y + share * BOX.height };
}

function sideOf(link: Link, me: string, places: ReadonlyMap<string, Place>): 'left' | 'right' | 'up' | 'down' {
  const here = places.get(me)!;
  const there = places.get(link.a.node === me ? link.b.node : link.a.node)!;
  if (there.column !== here.column) return there.column < here.column ? 'left' : 'right';
  if (Math.abs(there.row - here.row) !== 1) return 'right';
  return there.row < here.row ? 'up' : 'down';
}

/** An interface's name beside its end of the link, a little way along it. */
function portMarkup(port: string, at: Point, towards: Point): Markup | null {
  if (port === '') return null;
  const label = truncate(visible(port), PORT_COLUMNS);
  const half = displayWidth(label) * 2.8;
  const across = towards.x - at.x;
  // Beside a vertical line; else on the line, as far out as the label is wide.
  const share = Math.abs(across) < 1 ? 0 : Math.min(0.5, (half + 4) / Math.abs(across));
  const x = share === 0 ? at.x + half + 4 : at.x + across * share;
  const y = share === 0 ? at.y + (towards.y < at.y ? -5 : 11) : at.y + (towards.y - at.y) * share - 3;
  return markup`<text class="port" x="${round(x)}" y="${round(y)}">${label}</text>`;
}

function right(point: Point, by: number): Point {
  return { x: point.x + by, y: point.y };
}

function xy(point: Point): string {
  return `${round(point.x)} ${round(point.y)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
