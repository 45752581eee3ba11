import { expect } from 'chai';
import type { MatrixResult } from '../../src/l2cp/matrix.js';
import type { Lab, LabProcess } from '../../src/runtime/types.js';
import { inLab, probe, profileOf } from './l2cp-lab.js';
import { eventually } from './traffic-fixture.js';

const HOSTAPD = `interface=eth1
driver=wired
ieee8021x=1
eap_server=1
eap_user_file=/run/eap-users
`;

/** A program in the bridge's node, with its output in a file of the node. */
async function start(lab: Lab, programs: LabProcess[], argv: readonly string[], says: string): Promise<void> {
  const log = `/run/${argv[0]!}.log`;
  const sw = lab.node('sw');
  // `exec` keeps the program itself, so that it ends with its process.
  programs.push(await sw.spawn(['sh', '-c', `exec "$@" >${log} 2>&1 </dev/null`, 'sh', ...argv]));
  await eventually(`${argv[0]} says ${says}`, async () => {
    const { stdout } = await sw.exec(['cat', log], { allowFailure: true });
    return stdout.includes(says) ? true : undefined;
  });
}

const rowOf = (result: MatrixResult, name: string, direction = 'forward'): MatrixResult['rows'][number] =>
  result.rows.find((row) => row.name === name && row.direction === direction && row.encapsulation === 'untagged')!;

/** The bridge forwards none of these addresses, and hands them to whoever listens on it. */
describe('l2cp to programs that answer', function () {
  this.timeout(120_000);
  const given = { watch: [], encapsulations: ['untagged' as const], profile: profileOf('linux-bridge') };
  const expectPeer = { ...profileOf('linux-bridge'), rules: [rule('PEER'), ...profileOf('linux-bridge').rules] };

  function rule(expected: 'PEER'): (typeof given.profile.rules)[number] {
    const each = [expected] as const;
    const expect = { untagged: each, 'single-tagged': each, 'double-tagged': each, 'priority-tagged': each };
    return { rows: '*@0*', expect, note: null };
  }

  it('lldpd, hostapd and ptp4l: PEER, each with its proof, and only where they listen', async () => {
    await inLab('bridge', 'peer', async (lab) => {
      const programs: LabProcess[] = [];
      try {
        const sw = lab.node('sw');
        await sw.copyIn('/run/hostapd.conf', HOSTAPD);
        await sw.copyIn('/run/eap-users', '"tester" MD5 "secret"\n');
        await sw.exec(['mkdir', '-p', '/run/lldpd']);
        await start(lab, programs, ['lldpd', '-d', '-I', 'eth1,eth2', '-S', 'tester'], 'should resume operations');
        await start(lab, programs, ['hostapd', '/run/hostapd.conf'], 'AP-ENABLED');
        await start(
          lab,
          programs,
          ['ptp4l', '-2', '-P', '-S', '-i', 'eth1', '-m', '--uds_address', '/run/ptp4l'],
          'LISTENING',
        );
        const rows = ['X0', '16', '28', '15a', '27a', '29', '10', '30'];
        const result = await probe(lab, { ...given, rows, profile: expectPeer });
        const proof = (name: string, direction?: string): string => {
          const row = rowOf(result, name, direction);
          expect(row.outcome, `${name}: ${row.reason}`).to.equal('PEER');
          expect(row.verdict, name).to.equal('pass');
          return row.proof!;
        };
        expect(proof('LLDP@0e')).to.match(/lldpd of sw has chassis 02:f1:.*port p3 as a neighbour/);
        expect(proof('LLDP@03')).to.match(/port p2 as a neighbour/);
        expect(proof('LLDP@0e', 'backward')).to.match(/lldpd of sw/);
        expect(proof('EAPOL-Start@03')).to.match(/answered with an EAP request \(l2cp-ce1-eth1.pcap #\d+\)/);
        expect(proof('EAPOL-Start@0e')).to.match(/answered with an EAP request/);
        expect(proof('PTP-PdelayReq@0e')).to.match(/answered with Pdelay_Resp, sequence \d+/);
        // hostapd and ptp4l listen on eth1 alone, and nobody answers markers or knows the reserved address.
        const silent = [rowOf(result, 'EAPOL-Start@03', 'backward'), rowOf(result, 'PTP-PdelayReq@0e', 'backward')];
        for (const row of [...silent, rowOf(result, 'LAMP@02'), rowOf(result, 'Reserved@0f')]) {
          expect(row.outcome, row.name).to.equal('NOT FORWARDED');
          expect(row.verdict, row.name).to.equal(
            row.name === 'LAMP@02' || row.name === 'Reserved@0f' || row.direction === 'backward'
              ? 'inconclusive'
              : 'pass',
          );
          expect(row.reason, row.name).to.contain('would prove it');
        }
        expect(result.verdict.outcome).to.equal('inconclusive');
      } finally {
        for (const program of programs) await program.stop('SIGKILL');
      }
    });
  });
});
