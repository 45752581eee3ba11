import type { Families } from '../core/family.js';
import type { SourceRef } from '../core/source.js';
import { hintFor } from '../core/suggest.js';
import { dataInterfaces, findLink, findNode, parseEndpoint } from '../topology/find.js';
import type { Topology } from '../topology/types.js';
import { makesInterface } from './addresses.js';
import type { NamedPart, Scenario } from './types.js';

export type Report = (source: SourceRef, message: string, hint?: string) => void;

/** Checks that the nodes, endpoints, links and flows that the fault and the probes name are there. */
export function checkNames(scenario: Scenario, topology: Topology, families: Families, report: Report): void {
  const uses = [
    ...scenario.steady.map((use) => ({ use, member: families.probes[use.kind], what: 'probe' })),
    ...(scenario.fault === undefined
      ? []
      : [{ use: scenario.fault, member: families.faults[scenario.fault.kind], what: 'fault' }]),
  ];
  for (const { use, member, what } of uses) {
    if (member === undefined) {
      report(use.source, `there is no ${what} \`${use.kind}\``);
      continue;
    }
    const names =
      use.names ??
      member
        .references(use.options as never)
        .map(({ type, value }): NamedPart => ({ type, value, source: use.source }));
    for (const name of names) checkName(name, scenario, topology, report);
  }
}

function checkName({ type, value, source }: NamedPart, scenario: Scenario, topology: Topology, report: Report): void {
  switch (type) {
    case 'node':
      return checkNodeName(value, source, topology, report);
    case 'endpoint':
      return checkEndpoint(value, source, topology, report);
    case 'link':
      return checkLink(value, source, topology, report);
    case 'flow': {
      const names = [
        ...scenario.traffic.flatMap((item) => [
          item.name,
          ...(item.groups.length > 1 ? item.groups.map((group) => `${item.name}[${group}]`) : []),
        ]),
        ...(scenario.orders ?? []).map((item) => item.name),
      ];
      if (!names.includes(value)) {
        report(source, `\`traffic\` has no \`${value}\``, hintFor(value, names));
      }
    }
  }
}

function checkNodeName(name: string, source: SourceRef, topology: Topology, report: Report): void {
  if (findNode(topology, name) !== undefined) return;
  const names = topology.nodes.map((node) => node.name);
  report(source, `the topology has no node \`${name}\``, hintFor(name, names, 16));
}

function checkEndpoint(text: string, source: SourceRef, topology: Topology, report: Report): void {
  const place = parseEndpoint(topology, text);
  if (place === undefined) {
    report(source, `\`${text}\` is not of the form node:interface`);
  } else if (findNode(topology, place.node) === undefined) {
    checkNodeName(place.node, source, topology, report);
  } else {
    const interfaces = dataInterfaces(topology, place.node);
    if (interfaces.includes(place.interface) || makesInterface(topology, place.node, place.interface)) return;
    report(
      source,
      `\`${place.node}\` has no interface \`${place.interface}\``,
      hintFor(place.interface, interfaces, 16),
    );
  }
}

function checkLink(ref: string, source: SourceRef, topology: Topology, report: Report): void {
  if (findLink(topology, ref) !== undefined) return;
  const known = topology.links.flatMap(({ id, endpoints }) => [
    id,
    ...endpoints.map((end) => `${end.node}:${end.interface}`),
  ]);
  const form = 'a link is named by one end, `core1:eth1`, or by both, `core1:eth1--edge1:eth2`';
  report(source, `the topology has no link \`${ref}\``, hintFor(ref, known, 0) ?? form);
}
