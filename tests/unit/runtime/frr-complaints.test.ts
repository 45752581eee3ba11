import { expect } from 'chai';
import { complaintsIn, complaintsOfFile } from '../../../src/runtime/frr-complaints.js';

describe('what FRR complains of', () => {
  it('is found where a daemon refuses a value, with why, though vtysh exits with 0', () => {
    const said = `[45|mgmtd] sending configuration
% Configuration failed.

Error type: validation
Error description: YANG error(s):
 Path: /frr-interface:lib/interface[name='eth1']/frr-gmp:gmp/query-interval
 Error: Must condition ". * 10 > ../query-max-response-time" not satisfied.

[62|staticd] sending configuration
Waiting for children to finish applying config...
`;
    expect(complaintsIn(said)).to.deep.equal([
      '% Configuration failed.',
      'Error type: validation',
      'Error description: YANG error(s):',
      " Path: /frr-interface:lib/interface[name='eth1']/frr-gmp:gmp/query-interval",
      ' Error: Must condition ". * 10 > ../query-max-response-time" not satisfied.',
    ]);
  });

  it('is found in the log of a container, among what watchfrr says, with the lines that were handed over (FRR 8.4)', () => {
    const log = `2026/11/28 11:22:54 WATCHFRR: [YFT0P-5Q5YX] Forked background command [pid 13]: /usr/lib/frr/watchfrr.sh restart all
Cannot stop zebra: pid file not found
% Configuration failed.

Error type: validation
Error description: YANG error(s):
 Must condition ". * 10 >= ../query-max-response-time" not satisfied.
 YANG path: Data location "/frr-interface:lib/interface[name='eth0']/frr-gmp:gmp/query-interval".

The following commands were dynamically grouped into the same transaction and rejected:
-  ip igmp query-interval 2
2026/11/28 11:22:55 WATCHFRR: [QDG3Y-BY5TN] zebra state -> up : connect succeeded
`;
    expect(complaintsOfFile(log)).to.deep.equal([
      '% Configuration failed.',
      'Error type: validation',
      'Error description: YANG error(s):',
      ' Must condition ". * 10 >= ../query-max-response-time" not satisfied.',
      ` YANG path: Data location "/frr-interface:lib/interface[name='eth0']/frr-gmp:gmp/query-interval".`,
      'The following commands were dynamically grouped into the same transaction and rejected:',
      '-  ip igmp query-interval 2',
    ]);
  });

  it('is each wrong line once, whichever daemons it was handed to', () => {
    const line = 'line 2: % Unknown command[21]:  ip igmp bogus 3\n';
    expect(
      complaintsIn(`${line}[125|zebra] Configuration file[/etc/frr/frr.conf] processing failure: 2\n${line}`),
    ).to.deep.equal([line.trimEnd()]);
  });

  it('is nothing where all was taken, whatever else was remarked', () => {
    const said = `[46|zebra] sending configuration
MGMTD: No changes found to be committed!
% Configuration applied with notes
% This command is deprecated: use another
No Path to RP address specified: 10.7.0.1
`;
    expect(complaintsIn(said)).to.deep.equal([]);
  });

  it('is not that vtysh waits for the lock before it reads a file; who types has to try again', () => {
    const waits = "% Can't enter config; running datastore locked by another session\n";
    expect(complaintsOfFile(`${waits}${waits}[46|zebra] done\n`)).to.deep.equal([]);
    expect(complaintsOfFile(`${waits}line 2: % Unknown command[21]: x\n`)).to.have.length(1);
    expect(complaintsIn(waits)).to.have.length(1);
  });

  it('is not that vtysh has no settings of its own, but that there is no configuration', () => {
    const none = (file: string): string =>
      `% Can't open configuration file ${file} due to 'No such file or directory'.\n`;
    expect(complaintsOfFile(none('/etc/frr/vtysh.conf'))).to.deep.equal([]);
    expect(complaintsOfFile(none('/etc/frr/frr.conf'))).to.have.length(1);
  });
});
