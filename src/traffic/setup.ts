import { UsageError } from '../core/errors.js';
import { PAYLOAD_HEADER_BYTES } from '../packet/payload.js';
import type { ReceiverFlow, SenderFlow } from './protocol.js';
import type { Flow } from './types.js';

export interface SenderSetup {
  readonly node: string;
  readonly flows: readonly SenderFlow[];
}
export interface ReceiverSetup {
  readonly node: string;
  readonly igmp: Readonly<Record<string, 2 | 3>>;
  readonly flows: readonly ReceiverFlow[];
}

const FIRST_SOURCE_PORT = 40_000;
const SOURCE_PORTS = 20_000;

/** Chosen by the flow, not by the kernel: routers that hash ports do the same in every run. */
function sourcePort(flow: Flow): number {
  return FIRST_SOURCE_PORT + (flow.id % SOURCE_PORTS);
}

/** One sender per node that sends, with all its flows in their order. @throws UsageError */
export function senderSetups(flows: readonly Flow[]): readonly SenderSetup[] {
  const nodes = new Map<string, SenderFlow[]>();
  for (const flow of flows) {
    if (flow.payloadBytes < PAYLOAD_HEADER_BYTES) {
      throw new UsageError(`${flow.name}: a payload of ${flow.payloadBytes} bytes; ${PAYLOAD_HEADER_BYTES} are needed`);
    }
    if (!(flow.intervalNs > 0)) throw new UsageError(`${flow.name}: an interval of ${flow.intervalNs} ns`);
    const { node, interface: interfaceName, address } = flow.from;
    const { id, group, port, ttl, intervalNs, payloadBytes } = flow;
    const item: SenderFlow = {
      ...{ id, group, port, ttl, intervalNs, payloadBytes },
      ...{ interface: interfaceName, address, sourcePort: sourcePort(flow) },
    };
    nodes.set(node, [...(nodes.get(node) ?? []), item]);
  }
  return [...nodes].map(([node, items]) => ({ node, flows: items }));
}

/**
 * One receiver per node that receives, with all flows it shall get.
 * @throws UsageError where one interface would have to report by two versions of IGMP, or by one that cannot name a source.
 */
export function receiverSetups(flows: readonly Flow[]): readonly ReceiverSetup[] {
  const nodes = new Map<string, { igmp: Record<string, 2 | 3>; flows: ReceiverFlow[] }>();
  for (const flow of flows) {
    for (const receiver of flow.receivers) {
      const at = `${receiver.node}:${receiver.interface}`;
      const setup = nodes.get(receiver.node) ?? { igmp: {}, flows: [] };
      nodes.set(receiver.node, setup);
      if (flow.ssm && receiver.igmp !== 3) throw new UsageError(`${flow.name} at ${at}: naming a source needs IGMPv3`);
      const other = setup.igmp[receiver.interface];
      if (other !== undefined && other !== receiver.igmp) {
        throw new UsageError(
          `${flow.name} at ${at}: IGMPv${receiver.igmp}, but another flow asks for IGMPv${other} there`,
        );
      }
      setup.igmp[receiver.interface] = receiver.igmp;
      setup.flows.push({
        ...{ id: flow.id, interface: receiver.interface, group: flow.group, port: flow.port },
        source: flow.ssm ? flow.from.address : null,
        joinAtStart: receiver.join.when === 'start',
      });
    }
  }
  return [...nodes].map(([node, setup]) => ({ node, ...setup }));
}
