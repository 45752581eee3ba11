import { expect } from 'chai';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MatrixResult, MatrixRow } from '../../src/l2cp/matrix.js';
import type { Encapsulation, Outcome } from '../../src/l2cp/types.js';
import type { Lab } from '../../src/runtime/types.js';
import { EVERYTHING, inLab, notPassed, probe, profileOf } from './l2cp-lab.js';
import { eventually } from './traffic-fixture.js';

const ROWS = EVERYTHING.length * 8;

/** The device of `l2cp-relay.ts`, running in the node xc while `work` goes on. */
async function withDevice(lab: Lab, wrong: string, work: () => Promise<void>): Promise<void> {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const program = fileURLToPath(new URL('l2cp-relay.ts', import.meta.url));
  const device = await lab.node('xc').spawnOutside([process.execPath, '--import', loader, program, wrong]);
  try {
    const [first] = (await Promise.race([
      once(device.stdout!, 'data'),
      device.exited.then((end) => [end.stderrTail]),
    ])) as [unknown];
    expect(String(first)).to.equal('ready\n');
    await work();
  } finally {
    await device.stop('SIGKILL');
  }
}

describe('l2cp through what changes nothing', function () {
  this.timeout(120_000);
  for (const topology of ['wire', 'redirect']) {
    it(`${topology}: every frame PASS, both ways, in every encapsulation, in under 60 s`, async () => {
      await inLab(topology, topology, async (lab) => {
        const told: string[] = [];
        const startedAt = performance.now();
        const result = await probe(lab, {}, (text) => told.push(text));
        expect(notPassed(result)).to.deep.equal([]);
        expect(result.rows.length).to.equal(ROWS);
        expect(result.verdict.outcome).to.equal('pass');
        expect(performance.now() - startedAt).to.be.below(60_000);
        expect(told.filter((text) => text.includes(`of ${ROWS * 3} frames sent`)).length).to.be.at.least(2);
        expect(result.dataPath[0]).to.match(/^ce1:eth1 is veth/);
      });
    });
  }

  it('two runs at once through one wire, with addresses of their own: neither sees the other', async () => {
    await inLab('wire', 'two', async (lab) => {
      const results = await Promise.all([probe(lab), probe(lab)]);
      for (const result of results) expect(notPassed(result)).to.deep.equal([]);
    });
  });
});

/**
 * What Linux forwards (net/bridge/br_input.c, br_handle_frame): of 01:80:c2:00:00:0X the first without STP or by the
 * mask, the second never, the others by the mask.
 */
function bridgeForwards(destination: string, mask: number, stp: boolean): boolean {
  const match = /^01:80:c2:00:00:0([0-9a-f])$/.exec(destination);
  if (match === null) return true;
  const last = parseInt(match[1]!, 16);
  if (last === 0 && !stp) return true;
  // A bridge's own mask has no bits 0 to 2: the kernel refuses them.
  return last !== 1 && (mask & (1 << last)) !== 0;
}

describe('l2cp through a Linux bridge', function () {
  this.timeout(180_000);
  for (const [mask, stp] of [
    [0, false],
    [0x4000, false],
    [0xfff8, false],
    [0xfff8, true],
    [0x0008, true],
  ] as const) {
    it(`with group_fwd_mask 0x${mask.toString(16)} and STP ${stp ? 'on' : 'off'} follows the kernel's rule, whatever the tags`, async () => {
      const env = { GROUP_FWD_MASK: String(mask), STP: stp ? '1' : '0', FORWARD_DELAY: stp ? '200' : '0' };
      const work = async (lab: Lab): Promise<void> => {
        await eventually('all ports of the bridge forward', async () => {
          const { stdout } = await lab.node('sw').execOutside(['ip', '-j', '-d', 'link', 'show', 'master', 'br0']);
          const ports = JSON.parse(stdout) as { linkinfo: { info_slave_data: { state: string } } }[];
          return ports.length === 3 && ports.every((port) => port.linkinfo.info_slave_data.state === 'forwarding')
            ? true
            : undefined;
        });
        const result = await probe(lab, { watch: [], answerNs: 20_000_000 });
        const wrong = result.rows.filter(({ destination, outcome }) => {
          return outcome !== (bridgeForwards(destination, mask, stp) ? 'PASS' : 'NOT FORWARDED');
        });
        expect(wrong.map(({ name, outcome, reason }) => `${name} ${outcome} ${reason}`)).to.deep.equal([]);
        expect(result.rows.length).to.equal(ROWS);
      };
      await inLab('bridge', `bridge${mask.toString(16)}${stp ? 's' : ''}`, work, env);
    });
  }

  it('that floods to a third port where it must not: LEAKED, with the port', async () => {
    await inLab('bridge', 'leak', async (lab) => {
      const result = await probe(lab, { rows: ['X0', 'X13'], encapsulations: ['untagged'] });
      const row = result.rows.find(({ id }) => id === 'X13')!;
      expect(row.outcome).to.equal('LEAKED');
      expect(row.evidence!.port).to.equal('ce3:eth1');
      expect(row.evidence!.receivedAt!.frame).to.be.at.least(1);
    });
  });

  it('in its default state passes by its profile', async () => {
    await inLab('bridge', 'default', async (lab) => {
      const result = await probe(lab, { watch: [], profile: profileOf('linux-bridge'), answerNs: 20_000_000 });
      expect(result.verdict).to.deep.equal({ outcome: 'pass', reasons: [] });
    });
  });
});

describe('l2cp through devices that misbehave', function () {
  this.timeout(180_000);
  const everywhere = (): boolean => true;
  const isTagged = ({ encapsulation }: { encapsulation: Encapsulation }): boolean => encapsulation !== 'untagged';
  const cases: readonly (readonly [string, Outcome, (row: MatrixRow) => boolean, RegExp])[] = [
    ['nothing', 'PASS', everywhere, /byte-identical/],
    ['rewrites-destination', 'CHANGED', everywhere, /destination .* → /],
    ['strips-tag', 'CHANGED', isTagged, /tags taken off/],
    ['swaps-tpid', 'CHANGED', isTagged, /TPID 0x(8100 → 0x88a8|88a8 → 0x8100)/],
    ['truncates', 'CHANGED', everywhere, /4 bytes cut off at the end/],
    ['duplicates', 'DUPLICATED', everywhere, /3 more than the 3|6 more than the 6/],
    ['reflects', 'REFLECTED', everywhere, /came back/],
    ['floods', 'LEAKED', everywhere, /out of a port where they must not/],
    ['is-late', 'DELAYED', everywhere, /the slowest took \d/],
  ];
  for (const [device, outcome, affected, words] of cases) {
    it(`${device}: ${outcome}`, async () => {
      await inLab('tests/fixtures/labs/l2cp-device/l2cp-device.clab.yml', device, async (lab) => {
        await withDevice(lab, device, async () => {
          const result = await probe(lab);
          for (const row of result.rows) {
            const text = `${row.name} ${row.encapsulation}: ${row.outcome}, ${row.reason}, ${row.evidence?.changes.join('; ') ?? ''}`;
            expect(row.outcome, text).to.equal(affected(row) ? outcome : 'PASS');
            if (affected(row)) expect(text).to.match(words);
          }
          expect(result.rows.length).to.equal(ROWS);
          expect(result.verdict.outcome).to.equal(outcome === 'PASS' ? 'pass' : 'fail');
        });
      });
    });
  }

  for (const [device, outcome] of [
    ['duplicates', 'DUPLICATED'],
    ['reflects', 'REFLECTED'],
    ['floods', 'LEAKED'],
    ['rewrites-destination', 'CHANGED'],
  ] as const) {
    it(`${device}, made with nft as in topologies/l2cp: ${outcome}`, async () => {
      const work = async (lab: Lab): Promise<void> => {
        const result = await probe(lab, { rows: ['X0', '03', '06', '01'], directions: ['forward'] });
        for (const row of result.rows) {
          const affected = outcome !== 'CHANGED' || row.destination === '01:80:c2:00:00:00';
          expect(row.outcome, `${row.name} ${row.encapsulation}: ${row.reason}`).to.equal(affected ? outcome : 'PASS');
        }
        expect(result.verdict.outcome).to.equal('fail');
      };
      await inLab('misbehaving', `nft-${device}`, work, { DEVICE: device });
    });
  }

  it('drops-1-in-20: LOSSY, in every row with frames enough to see it', async () => {
    await inLab('tests/fixtures/labs/l2cp-device/l2cp-device.clab.yml', 'lossy', async (lab) => {
      await withDevice(lab, 'drops-1-in-20', async () => {
        // 39 copies of 3 rows each: 20 and 3 share no divisor, so that each row meets the drops.
        const given = {
          rows: ['X0', '03', '07'],
          encapsulations: ['untagged' as const],
          directions: ['forward' as const],
          framesPerRow: 60,
        };
        const result: MatrixResult = await probe(lab, given);
        for (const row of result.rows) {
          expect(row.outcome, `${row.name}: ${row.reason}`).to.equal('LOSSY');
          expect(row.reason).to.match(/(5\d|60) of 6[0-9] arrived/);
        }
        expect(result.verdict.outcome).to.equal('fail');
      });
    });
  });
});
