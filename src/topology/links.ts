import { isIPv4, isIPv6 } from 'node:net';
import { checkShape } from '../core/shape.js';
import { hintFor } from '../core/suggest.js';
import type { YamlPath } from '../core/yaml.js';
import type { ResolveContext } from './context.js';
import { briefLink, longLinks, type LinkEnd, type LongLinkType } from './file-schema.js';
import { isSaid } from './inherit.js';
import { isRootNamespaceKind, linuxInterface } from './kinds.js';
import { PSEUDO_NODES } from './nodes.js';
import type { Endpoint, LinkType, TopologyLink } from './types.js';

/** One end as the file has it. */
interface RawEnd extends Partial<Omit<LinkEnd, 'node' | 'interface'>> {
  readonly node: string;
  readonly interface: string;
  readonly path: YamlPath;
  /** Where its addresses stand, if not inside it. */
  readonly addressPath?: (family: 'ipv4' | 'ipv6') => YamlPath;
}
interface RawLink {
  readonly type: LinkType;
  readonly ends: readonly RawEnd[];
  readonly common: {
    readonly mtu?: number | null | undefined;
    readonly labels?: Readonly<Record<string, string | null>> | null | undefined;
  };
  readonly other: Readonly<Record<string, unknown>>;
}

/** All links of the file. `kinds`: of every node of the file, also of those that are wrong otherwise. */
export function resolveLinks(
  context: ResolveContext,
  links: readonly unknown[],
  kinds: ReadonlyMap<string, string | undefined>,
): readonly TopologyLink[] {
  const taken = new Map<string, number>();
  return links.flatMap((value, index) => {
    const at: YamlPath = ['topology', 'links', index];
    const raw = readLink(context, value, at);
    if (raw === undefined) return [];
    const endpoints = raw.ends.map((end) => resolveEnd(context, end, kinds, taken));
    const mtu = raw.common.mtu || undefined;
    if (mtu !== undefined && (mtu < 68 || mtu > 65535)) {
      context.report([...at, 'mtu'], `mtu ${mtu} is not possible: 68 to 65535`);
    }
    const labels = Object.fromEntries(Object.entries(raw.common.labels ?? {}).map(([key, text]) => [key, text ?? '']));
    const id = raw.ends.map((end) => `${end.node}:${end.interface}`).join('--');
    const other = Object.fromEntries(Object.entries(raw.other).filter(([, value]) => isSaid(value)));
    return [
      {
        id,
        type: raw.type,
        endpoints,
        mtu,
        labels,
        ...(Object.keys(other).length > 0 ? { other } : {}),
        source: context.document.at(at),
      },
    ];
  });
}

function readLink(context: ResolveContext, value: unknown, at: YamlPath): RawLink | undefined {
  const type = value !== null && typeof value === 'object' && 'type' in value ? value.type : undefined;
  if (!isSaid(type) || type === '' || (typeof type === 'string' && type.trim().toLowerCase() === 'brief')) {
    return readBriefLink(context, value, at);
  }
  const types = Object.keys(longLinks);
  const known = typeof type === 'string' ? type.trim().toLowerCase() : '';
  if (!types.includes(known)) {
    const word = typeof type === 'string' ? type : 'this';
    context.report([...at, 'type'], `containerlab knows no link type \`${word}\``, hintFor(word, types));
    return undefined;
  }
  return readLongLink(context, value, at, known as LongLinkType);
}

function readBriefLink(context: ResolveContext, value: unknown, at: YamlPath): RawLink | undefined {
  const { data, issues } = checkShape(briefLink, value);
  report(context, at, issues);
  if (data === undefined) return undefined;
  const ends = data.endpoints.map((text, index): RawEnd | undefined => {
    const path = [...at, 'endpoints', index];
    const colon = text.indexOf(':');
    if (colon <= 0 || colon === text.length - 1) {
      context.report(path, `endpoint \`${text}\` is not of the form node:interface`);
      return undefined;
    }
    // A link's addresses stand in the order of its ends.
    const ipv4 = data.ipv4?.[index]?.trim();
    const ipv6 = data.ipv6?.[index]?.trim();
    const addressPath = (family: 'ipv4' | 'ipv6'): YamlPath => [...at, family, index];
    return { node: text.slice(0, colon), interface: text.slice(colon + 1), path, addressPath, ipv4, ipv6 };
  });
  for (const family of ['ipv4', 'ipv6'] as const) {
    if ((data[family]?.length ?? 0) > 2)
      context.report([...at, family, 2], `a link has two ends, not ${data[family]!.length} addresses`);
  }
  const [first, second] = ends;
  if (first === undefined || second === undefined) return undefined;
  const pseudo = [first, second].find((end) => PSEUDO_NODES.includes(end.node.toLowerCase()));
  if (pseudo === undefined) return { type: 'veth', ends: [first, second], common: data, other: { vars: data.vars } };
  const node = pseudo === first ? second : first;
  const type = pseudo.node.toLowerCase() as 'host' | 'mgmt-net' | 'macvlan';
  return { type, ends: [node, { ...pseudo, node: type }], common: data, other: { vars: data.vars } };
}

function readLongLink(context: ResolveContext, value: unknown, at: YamlPath, type: LongLinkType): RawLink | undefined {
  const { data, issues } = checkShape<Record<string, unknown>>(longLinks[type], value);
  report(context, at, issues);
  if (data === undefined) return undefined;
  const { mtu, labels, endpoints, endpoint, 'host-interface': hostInterface, ...other } = data;
  delete other['type'];
  const common = { mtu, labels } as RawLink['common'];
  if (endpoints !== undefined) {
    const ends = (endpoints as LinkEnd[]).map((end, index) => ({ ...end, path: [...at, 'endpoints', index] }));
    return { type, ends, common, other };
  }
  const end: RawEnd = { ...(endpoint as LinkEnd), path: [...at, 'endpoint'] };
  const far: RawEnd[] =
    hostInterface === undefined
      ? []
      : [{ node: type, interface: hostInterface as string, path: [...at, 'host-interface'] }];
  return { type, ends: [end, ...far], common, other };
}

function report(context: ResolveContext, at: YamlPath, issues: ReturnType<typeof checkShape>['issues']): void {
  for (const { path, of, message, hint } of issues) {
    context.report([...at, ...path], message.replace(/^the file must/, 'a link must'), hint, of);
  }
}

function resolveEnd(
  context: ResolveContext,
  end: RawEnd,
  kinds: ReadonlyMap<string, string | undefined>,
  taken: Map<string, number>,
): Endpoint {
  const pseudo = PSEUDO_NODES.includes(end.node);
  let name = end.interface;
  if (!pseudo && !kinds.has(end.node)) {
    const dummy = end.node === 'dummy' ? 'a dummy interface needs the long form, `type: dummy`' : undefined;
    context.report(
      end.path,
      `a link names node \`${end.node}\`, which there is not`,
      dummy ?? hintFor(end.node, [...kinds.keys()]),
    );
  }
  const kind = pseudo ? 'host' : kinds.get(end.node);
  if (kind !== undefined) {
    const inside = linuxInterface(kind, end.interface);
    if ('problem' in inside) context.report(end.path, `\`${end.node}:${end.interface}\`: ${inside.problem}`);
    else name = inside.name;
    if (kind === 'linux' && name === 'eth0') {
      context.report(end.path, `\`${end.node}:eth0\` is the management interface; links start at eth1`);
    }
  }
  checkTaken(context, end, name, kind, taken);
  checkAddresses(context, end);
  return {
    node: end.node,
    interface: name,
    ...(end.mac ? { mac: end.mac } : {}),
    ...(end.ipv4 ? { ipv4: end.ipv4 } : {}),
    ...(end.ipv6 ? { ipv6: end.ipv6 } : {}),
  };
}

function checkTaken(
  context: ResolveContext,
  end: RawEnd,
  name: string,
  kind: string | undefined,
  taken: Map<string, number>,
): void {
  // Several macvlan interfaces may sit on one interface of the host.
  if (end.node === 'macvlan') return;
  const inRoot = kind !== undefined && isRootNamespaceKind(kind);
  const key = inRoot ? `\0:${name}` : `${end.node}:${name}`;
  const line = taken.get(key);
  if (line === undefined) {
    taken.set(key, context.document.at(end.path).line);
    return;
  }
  const alias = name === end.interface ? '' : ` (${name})`;
  const why = inRoot
    ? "interfaces of bridges and of the host share the host's namespace, so each needs a name of its own"
    : undefined;
  context.report(end.path, `interface \`${end.node}:${end.interface}\`${alias} is used already, in line ${line}`, why);
}

function checkAddresses(context: ResolveContext, end: RawEnd): void {
  if (end.mac && !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(end.mac)) {
    context.report([...end.path, 'mac'], `\`${end.mac}\` is not a MAC address such as 02:00:00:00:00:01`);
  }
  for (const [field, isAddress, bits] of [
    ['ipv4', isIPv4, 32],
    ['ipv6', isIPv6, 128],
  ] as const) {
    const text = end[field];
    if (!text) continue;
    const [address = '', length = ''] = text.split('/');
    if (!isAddress(address) || !/^\d{1,3}$/.test(length) || Number(length) > bits) {
      const example = field === 'ipv4' ? '192.0.2.1/24' : '2001:db8::1/64';
      const place = end.addressPath?.(field) ?? [...end.path, field];
      context.report(place, `\`${text}\` is not an ${field === 'ipv4' ? 'IPv4' : 'IPv6'} prefix such as ${example}`);
    }
  }
}
