import { expect } from 'chai';
import { FAULTS } from '../../src/fault/index.js';
import type { Fault } from '../../src/fault/types.js';
import { performUndo } from '../../src/fault/undo.js';
import { createDriver } from '../../src/device/index.js';
import type { LabView } from '../../src/probe/types.js';
import { wallClock } from '../../src/process/wall-clock.js';
import type { Lab, Runtime } from '../../src/runtime/types.js';
import type { Topology } from '../../src/topology/types.js';
import { eventually } from '../lab/netns-waiting.js';

/**
 * A node that is stopped and started means the same to its neighbours on every runtime whose labs are real. On the lab of
 * `killText`; takes it down.
 */
export function nodeStopContract(make: () => Runtime, topology: () => Topology): void {
  let runtime: Runtime;
  let lab: Lab;
  let view: LabView;
  before(async () => {
    runtime = make();
    lab = await runtime.up(topology());
    const now = lab;
    view = {
      lab,
      driver: (name) => createDriver(now.node(name)),
      traffic: undefined,
      now: wallClock,
      sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
      signal: new AbortController().signal,
    };
    await forwards();
  });
  after(() => runtime.down(topology().name));

  const pings = async (): Promise<boolean> =>
    (await lab.node('a').exec(['ping', '-c', '1', '-W', '1', '10.2.0.2'], { allowFailure: true })).exitCode === 0;
  const forwards = (): Promise<number> =>
    eventually('packets through mid', async () => ((await pings()) ? { found: 1, seen: '' } : { seen: 'no answer' }));
  /** Number and state of a neighbour's end. */
  const end = async (node: string): Promise<string> => {
    const { stdout } = await lab.node(node).execOutside(['ip', '-json', 'link', 'show', 'dev', 'eth1']);
    const [row] = JSON.parse(stdout) as [{ readonly ifindex: number; readonly flags: readonly string[] }];
    return `${row.ifindex} ${row.flags.includes('LOWER_UP') ? 'carrier' : 'no carrier'}`;
  };
  const ends = async (): Promise<readonly string[]> => [await end('a'), await end('b')];
  /** How often the carrier of a's end was lost. */
  const losses = async (): Promise<number> =>
    Number((await lab.node('a').exec(['cat', '/sys/class/net/eth1/carrier_down_count'])).stdout);
  /** How many pings a was sent. */
  const echoes = async (): Promise<number> => {
    const rows = (await lab.node('a').exec(['cat', '/proc/net/snmp'])).stdout.split('\n');
    const [names, values] = rows.filter((row) => row.startsWith('Icmp:')).map((row) => row.split(' '));
    return Number(values![names!.indexOf('InEchos')]);
  };
  /** A program that says goodbye to a when it is told to end. */
  const polite = async (): Promise<void> => {
    const script = 'trap "ping -c 1 -W 1 10.1.0.2; exit" TERM; echo ready; while :; do sleep 0.1; done';
    const { stdout } = await lab.node('mid').spawn(['sh', '-c', script]);
    await new Promise((ready) => stdout!.once('data', ready));
  };
  const fault = (kind: 'node-stop' | 'node-restart'): Fault<unknown> => FAULTS[kind];

  for (const goodbye of [false, true]) {
    const words = goodbye ? 'with a goodbye' : 'without a goodbye';
    it(`stopped ${words}: no carrier, nothing runs; started, its links lead where they led`, async () => {
      const [before, heard] = [await ends(), await echoes()];
      await polite();
      const resolved = await fault('node-stop').resolve(view, { node: 'mid', goodbye });
      const { applied } = await fault('node-stop').inject(view, resolved.target);
      expect(applied.to >= applied.from).to.equal(true);
      expect(await lab.node('mid').state()).to.equal('dead');
      expect(await lab.node('mid').processes()).to.deep.equal([]);
      expect(await ends()).to.deep.equal(before.map((text) => text.replace('carrier', 'no carrier')));
      expect((await echoes()) - heard, 'goodbyes heard').to.equal(goodbye ? 1 : 0);
      await lab.node('mid').stop(goodbye); // a second time nothing happens
      for (const step of [...resolved.undo, ...resolved.undo]) {
        await performUndo(lab, (name) => view.driver(name), step);
      }
      expect(await ends()).to.deep.equal(before);
      await forwards();
    });

    it(`restarted ${words}: the carrier was lost once, and its links lead where they led`, async () => {
      const [before, lost] = [await ends(), await losses()];
      const resolved = await fault('node-restart').resolve(view, { node: 'mid', goodbye });
      await fault('node-restart').inject(view, resolved.target);
      expect(await ends()).to.deep.equal(before);
      expect((await losses()) - lost).to.equal(1);
      await forwards();
    });
  }

  it('another process starts what this one has stopped', async () => {
    const before = await ends();
    await lab.node('mid').stop(false);
    const other = await make().attach(topology().name);
    expect(await other.node('mid').state()).to.equal('dead');
    await other.node('mid').boot();
    expect(await ends()).to.deep.equal(before);
    await forwards();
  });
}
