import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { firstGlobalIpv4, resolveFlowAddresses } from '../../../src/traffic/addresses.js';
import { programArgv, programPath } from '../../../src/traffic/program.js';
import { receiverSetups, senderSetups } from '../../../src/traffic/setup.js';
import type { Flow, FlowReceiver } from '../../../src/traffic/types.js';
import type { Lab } from '../../../src/runtime/types.js';

const receiver: FlowReceiver = {
  ...{ node: 'desk1', interface: 'eth1', address: '10.0.2.1' },
  ...{ igmp: 3, join: { when: 'start' } },
};
const flow: Flow = {
  ...{ id: 1, name: 'publish', item: 'publish', group: '239.1.1.1', port: 5000, ssm: false },
  from: { node: 'feed-a', interface: 'eth1', address: '10.0.1.1' },
  ...{ intervalNs: 1_000_000, payloadBytes: 100, ttl: 16, tree: undefined },
  receivers: [receiver],
};

describe('traffic setups', () => {
  it('make one sender per node with all its flows, each with a port of its own', () => {
    const other = { ...flow, from: { ...flow.from, node: 'feed-b' } };
    const setups = senderSetups([flow, { ...flow, id: 2 }, { ...other, id: 3 }]);
    expect(setups.map(({ node, flows }) => [node, flows.map(({ id }) => id)])).to.deep.equal([
      ['feed-a', [1, 2]],
      ['feed-b', [3]],
    ]);
    expect(setups[0]!.flows.map(({ sourcePort }) => sourcePort)).to.deep.equal([40_001, 40_002]);
  });

  it('make one receiver per node; only source-specific flows name the source', () => {
    const late: FlowReceiver = { ...receiver, join: { when: 'after-fault', offsetNs: 1 } };
    const [setup] = receiverSetups([flow, { ...flow, id: 2, ssm: true, receivers: [late] }]);
    expect(setup!.igmp).to.deep.equal({ eth1: 3 });
    expect(setup!.flows.map(({ id, source, joinAtStart }) => [id, source, joinAtStart])).to.deep.equal([
      [1, null, true],
      [2, '10.0.1.1', false],
    ]);
  });

  it('refuse what cannot be', () => {
    const v2: FlowReceiver = { ...receiver, igmp: 2 };
    expect(() => receiverSetups([flow, { ...flow, id: 2, receivers: [v2] }])).to.throw('another flow asks for IGMPv3');
    expect(() => receiverSetups([{ ...flow, ssm: true, receivers: [v2] }])).to.throw('needs IGMPv3');
    expect(() => senderSetups([{ ...flow, payloadBytes: 27 }])).to.throw('28 are needed');
    expect(() => senderSetups([{ ...flow, intervalNs: 0 }])).to.throw('an interval of 0 ns');
  });
});

describe('programPath', () => {
  it('finds the programs', () => {
    for (const name of ['sender', 'receiver'] as const) {
      expect(existsSync(programPath(name))).to.equal(true);
      expect(programArgv(name).at(-1)).to.equal(programPath(name));
    }
  });
});

describe('resolveFlowAddresses', () => {
  const shown = JSON.stringify([
    {
      ifname: 'eth1',
      addr_info: [
        { family: 'inet', local: '169.254.0.1', scope: 'link' },
        { family: 'inet', local: '10.0.1.7', prefixlen: 24, scope: 'global' },
        { family: 'inet', local: '10.0.1.8', prefixlen: 24, scope: 'global', secondary: true },
      ],
    },
  ]);
  const lab = (answers: Readonly<Record<string, string>>, asked: string[] = []): Lab =>
    ({
      node: (name: string) => ({
        execOutside: async (argv: readonly string[]) => {
          asked.push(`${name}: ${argv.join(' ')}`);
          const stdout = answers[`${name}:${argv.at(-1)}`];
          const stderr = stdout === undefined ? 'Device "eth1" does not exist.\n' : '';
          return { exitCode: stdout === undefined ? 1 : 0, stdout: stdout ?? '', stderr, durationMs: 1 };
        },
      }),
    }) as unknown as Lab;
  const open: Flow = { ...flow, from: { ...flow.from, address: '' } };

  it('reads the first global address', () => {
    expect(firstGlobalIpv4(shown)).to.equal('10.0.1.7');
    expect(firstGlobalIpv4('[{"addr_info":[]},{}]')).to.equal(undefined);
  });

  it('asks once per interface, and only for what is open', async () => {
    const asked: string[] = [];
    const flows = await resolveFlowAddresses(lab({ 'feed-a:eth1': shown }, asked), [open, { ...open, id: 2 }]);
    expect(flows.map(({ from }) => from.address)).to.deep.equal(['10.0.1.7', '10.0.1.7']);
    expect(flows[0]!.receivers[0]!.address).to.equal('10.0.2.1');
    expect(asked).to.have.length(1);
  });

  it('names every interface that has none', async () => {
    const receivers = [{ ...receiver, address: '' }];
    const flows = [{ ...open, receivers }];
    const error = await resolveFlowAddresses(lab({ 'feed-a:eth1': '[]' }), flows).catch((reason: unknown) => reason);
    expect((error as Error).name).to.equal('LabError');
    expect((error as Error).message).to.equal(
      'traffic needs an address: desk1:eth1: Device "eth1" does not exist.; feed-a:eth1 has no IPv4 address',
    );
  });
});
