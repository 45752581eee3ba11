import type { IgpSettings } from '../../types.js';

/** FRR's own values where nothing is configured (its documentation, and lib/libospf.h). */
const OSPF = { helloMs: 10_000, deadMs: 40_000, retransmitMs: 5000, generationMs: 5000, calculationMs: [0, 50, 5000] };
const BFD = { multiplier: 3, intervalMs: 300 };

const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^router ospf6/m, 'OSPFv3'],
  [/^router isis /m, 'IS-IS'],
  [/^router openfabric /m, 'OpenFabric'],
];
const EXTENSIONS: readonly (readonly [RegExp, string])[] = [
  [/^ mpls-te on$/m, 'traffic engineering'],
  [/^ segment-routing on$/m, 'segment routing'],
  [/^ mpls ldp-sync\b/m, 'LDP synchronisation'],
  [/^ graceful-restart\b/m, 'graceful restart'],
  [/^ max-metric router-lsa\b/m, 'stub router'],
];

/** IGPs of a running configuration. Of those other than OSPFv2 only the name is told: FRR's values of them are not read. */
export function parseIgpSettings(config: string): readonly IgpSettings[] {
  const blocks = blocksOf(config);
  const found: IgpSettings[] = [];
  const ospf = blocks.filter(({ head }) => /^router ospf(?: |$)/.test(head));
  if (ospf.length > 0) found.push(ospfSettings(config, blocks, ospf.map(({ body }) => body).join('\n')));
  for (const [line, protocol] of OTHERS) if (line.test(config)) found.push(unread(protocol));
  return found;
}

interface Block {
  readonly head: string;
  readonly body: string;
}

function blocksOf(config: string): readonly Block[] {
  const blocks: { head: string; lines: string[] }[] = [];
  for (const line of config.split('\n')) {
    if (/^\S/.test(line)) blocks.push({ head: line.trim(), lines: [] });
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks.map(({ head, lines }) => ({ head, body: lines.join('\n') }));
}

function ospfSettings(config: string, blocks: readonly Block[], router: string): IgpSettings {
  const speaking = blocks
    .filter(({ head }) => /^interface (?!lo(?: |$))/.test(head))
    .map(({ body }) => body)
    .filter((body) => /^ ip ospf /m.test(body) && !/^ ip ospf passive/m.test(body));
  // Interfaces that a `network` line puts into OSPF may have no line of their own: they have the defaults.
  const interfaces = speaking.length > 0 ? speaking : [''];
  const spf = /^ timers throttle spf (\d+) (\d+) (\d+)/m.exec(router);
  const minimal = (body: string): number | undefined =>
    number(/^ ip ospf dead-interval minimal hello-multiplier (\d+)/m.exec(body));
  return {
    protocol: 'OSPF',
    helloMs: distinct(interfaces, (body) => {
      const several = minimal(body);
      return several === undefined
        ? seconds(/^ ip ospf hello-interval (\d+)/m.exec(body), OSPF.helloMs)
        : Math.round(1000 / several);
    }),
    deadMs: distinct(interfaces, (body) =>
      minimal(body) === undefined ? seconds(/^ ip ospf dead-interval (\d+)/m.exec(body), OSPF.deadMs) : 1000,
    ),
    retransmitMs: distinct(interfaces, (body) =>
      seconds(/^ ip ospf retransmit-interval (\d+)/m.exec(body), OSPF.retransmitMs),
    ),
    generationMs: number(/^ timers throttle lsa all (\d+)/m.exec(router)) ?? OSPF.generationMs,
    calculationMs: spf === null ? OSPF.calculationMs : spf.slice(1).map(Number),
    bfdMs: distinct(
      interfaces.filter((body) => /^ ip ospf bfd/m.test(body)),
      (body) => detectionMs(config, /^ ip ospf bfd profile (\S+)/m.exec(body)?.[1]),
    ),
    extensions: EXTENSIONS.flatMap(([line, name]) => (line.test(router) ? [name] : [])),
    authenticated: /^ (?:area \S+|ip ospf) authentication\b/m.test(config),
  };
}

function unread(protocol: string): IgpSettings {
  return {
    ...{ protocol, helloMs: [], deadMs: [], retransmitMs: [], generationMs: null, calculationMs: [], bfdMs: [] },
    ...{ extensions: [], authenticated: null },
  };
}

/** Multiplier × the longer of both intervals, as far as this end decides it. */
function detectionMs(config: string, profile: string | undefined): number {
  const body =
    profile === undefined
      ? ''
      : (new RegExp(`^ profile ${escaped(profile)}\n((?:  .*\n)*)`, 'm').exec(config)?.[1] ?? '');
  const interval = Math.max(
    number(/^ {2}transmit-interval (\d+)/m.exec(body)) ?? BFD.intervalMs,
    number(/^ {2}receive-interval (\d+)/m.exec(body)) ?? BFD.intervalMs,
  );
  return (number(/^ {2}detect-multiplier (\d+)/m.exec(body)) ?? BFD.multiplier) * interval;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function distinct(bodies: readonly string[], of: (body: string) => number): readonly number[] {
  return [...new Set(bodies.map(of))].sort((a, b) => a - b);
}

function number(match: RegExpExecArray | null): number | undefined {
  return match === null ? undefined : Number(match[1]);
}

function seconds(match: RegExpExecArray | null, otherwiseMs: number): number {
  return match === null ? otherwiseMs : Number(match[1]) * 1000;
}
