import { formatDuration } from '../../core/duration.js';
import { NS_PER_MS, NS_PER_SECOND } from '../../core/instant.js';
import type { IgpSettings } from '../../device/types.js';
import type { RunResult } from '../../run/result.js';
import { formatCount } from '../text/figures.js';
import { mono, name, section, table } from './parts.js';
import { markup, type Markup, type Part } from './markup.js';

/** Delays above this count as loss in RFC 2544 terms; delays are compared with it, not cut off by it. */
export const FORWARDING_DELAY_THRESHOLD_NS = 2 * NS_PER_SECOND;
/** RFC 6413 section 5.6 counts the IP header in. */
const IPV4_AND_UDP_BYTES = 28;
const NOT_RECORDED = 'not recorded';

/** The parameters of the test: the first table of RFC 6413 section 7, line by line, and the test details below it. */
export function parameterSection(result: RunResult): Markup {
  return section(
    'parameters',
    'Parameters',
    table([{ title: 'parameter' }, { title: 'value' }, { title: 'unit' }], parameterRows(result), 'plain'),
    flowTable(result),
    markup`<h3>Test details</h3>`,
    markup`<ul>${details(result).map((text) => markup`<li>${text}</li>`)}</ul>`,
  );
}

function parameterRows(result: RunResult): readonly (readonly Part[])[] {
  const { flows, lab } = result;
  const intervals = flows.map((flow) => flow.intervalNs);
  const loads = flows.reduce((sum, flow) => sum + NS_PER_SECOND / flow.intervalNs, 0);
  const routes = flows.reduce((sum, flow) => sum + flow.receivers.length, 0);
  const bins = [...new Set((result.analysis?.flows ?? []).map((flow) => flow.rate.binNs))];
  const sizes = flows.map((flow) => flow.payloadBytes + IPV4_AND_UDP_BYTES);
  return [
    ['Test case', name(result.scenario.name), ''],
    ['Test topology', markup`${name(lab.topology)} (drawing above)`, ''],
    ['IGP', igpNames(result), ''],
    ['Interface type', `virtual Ethernet (${lab.runtime})`, ''],
    ['Packet size offered to the network', range(sizes, formatCount), 'bytes with IP header'],
    ['Offered load', formatCount(Math.round(loads)), 'packets per second, all flows'],
    ['IGP routes advertised by the tester', '0: the routers’ own', 'routes'],
    [
      'Nodes in emulated network',
      '0: all are real',
      `nodes; ${lab.nodes.length} in the lab, ${lab.links.length} links`,
    ],
    ['Number of parallel links', parallelLinks(result), 'links beside another one'],
    ['Number of routes measured', formatCount(routes), '(S,G) × receiver'],
    ['Packet sampling interval on tester', range(intervals, formatDuration), 'one packet of a flow'],
    ['Bins of the plots', range(bins, formatDuration), ''],
    ['Forwarding delay threshold', formatDuration(FORWARDING_DELAY_THRESHOLD_NS), 'RFC 2544'],
    ...timerRows(result),
  ];
}

function range(values: readonly number[], show: (value: number) => string): string {
  return values.length === 0 ? '–' : [...new Set([Math.min(...values), Math.max(...values)])].map(show).join(' … ');
}

/** `OSPF (8 routers), none (3)`; whose configuration was not asked for counts as none. */
function igpNames({ lab }: RunResult): Part {
  if (lab.igps === undefined) return NOT_RECORDED;
  const counts = new Map<string, number>();
  for (const { settings } of lab.igps) {
    for (const { protocol } of settings) counts.set(protocol, (counts.get(protocol) ?? 0) + 1);
  }
  if (counts.size === 0) return 'none';
  return name([...counts].map(([protocol, count]) => `${protocol} on ${count} routers`).join(', '));
}

/** Links whose two nodes have another one between them. */
function parallelLinks({ lab }: RunResult): string {
  const pairs = lab.links.map(({ a, b }) =>
    [a, b]
      .map((end) => end.split(':')[0])
      .sort()
      .join(' '),
  );
  return formatCount(pairs.length - new Set(pairs).size);
}

function timerRows({ lab }: RunResult): readonly (readonly Part[])[] {
  const all = (lab.igps ?? []).flatMap(({ settings }) => settings);
  const ms = (title: string, of: (settings: IgpSettings) => readonly number[], unit = ''): readonly Part[] => {
    const values = [...new Set(all.flatMap(of))].sort((a, b) => a - b);
    const text = values.map((value) => formatDuration(value * NS_PER_MS)).join(', ');
    return [title, lab.igps === undefined ? NOT_RECORDED : text === '' ? '–' : text, unit];
  };
  const waits = [...new Set(all.map(({ calculationMs }) => calculationMs.map(durationOfMs).join(', ')))];
  return [
    [
      'Interface failure indication delay',
      'carrier: none configured',
      'of the routers’ interfaces; bundles: see the lab',
    ],
    ms('… by BFD', ({ bfdMs }) => bfdMs, 'detection time'),
    ms('IGP hello timer', ({ helloMs }) => helloMs),
    ms('IGP dead interval', ({ deadMs }) => deadMs),
    ms(
      'LSA generation delay',
      ({ generationMs }) => (generationMs === null ? [] : [generationMs]),
      'between two versions',
    ),
    ['LSA flood packet pacing', '–', 'not configured'],
    ms('LSA retransmission packet pacing', ({ retransmitMs }) => retransmitMs),
    [
      'Route calculation delay',
      lab.igps === undefined ? NOT_RECORDED : waits.filter((text) => text !== '').join('; ') || '–',
      'first, hold, longest',
    ],
  ];
}

function durationOfMs(ms: number): string {
  return formatDuration(ms * NS_PER_MS);
}

/** What RFC 6413 section 7 wants described. */
function details(result: RunResult): readonly Part[] {
  const all = (result.lab.igps ?? []).flatMap(({ settings }) => settings);
  const extensions = [...new Set(all.flatMap((one) => one.extensions))];
  const secured = all.some(({ authenticated }) => authenticated === true);
  const igp =
    result.lab.igps === undefined
      ? 'not recorded'
      : `extensions ${extensions.length === 0 ? 'none' : extensions.join(', ')}; authentication ${secured ? 'configured' : 'none'}`;
  return [
    name(`IGP: ${igp}.`),
    'Headers of the offered load: one flow for each (S,G), with the addresses and ports of the table above; nothing in them changes from packet to packet but the IP identification. A sequence number and a time stamp stand in the payload.',
    'Routes: every flow at every receiver is measured, not a subset.',
    name(eventText(result)),
  ];
}

function eventText(result: RunResult): string {
  const { fault, analysis } = result;
  if (fault === null) return 'Convergence event: none, a control.';
  const hit = (analysis?.flows ?? []).filter((flow) => flow.arbitrates === undefined && flow.events.initial.lost > 0);
  const routes = (analysis?.flows ?? []).filter((flow) => flow.arbitrates === undefined).length;
  return `Convergence event: ${fault.summary}. ${hit.length} of ${routes} routes lost packets: traffic of the others went on, so that convergence times stand for routes, not for all at once.`;
}

function flowTable(result: RunResult): Markup | null {
  return table(
    [
      { title: 'flow' },
      { title: '(S,G)' },
      { title: 'from' },
      { title: 'rate', number: true },
      { title: 'payload', number: true },
      { title: 'tree' },
      { title: 'receivers' },
    ],
    result.flows.map((flow) => [
      name(flow.name),
      mono(`(${flow.from.address}, ${flow.group}:${flow.port})`),
      name(`${flow.from.node}:${flow.from.interface}`),
      `${formatCount(Math.round(NS_PER_SECOND / flow.intervalNs))} pps`,
      `${flow.payloadBytes} B`,
      flow.ssm ? 'source-specific' : (flow.tree?.replace('-', ' ') ?? 'any'),
      name(
        flow.receivers
          .map((each) =>
            each.join.when === 'start'
              ? each.node
              : `${each.node} (joins ${formatDuration(each.join.offsetNs)} after the fault)`,
          )
          .join(', '),
      ),
    ]),
  );
}
