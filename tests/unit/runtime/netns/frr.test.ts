import { expect } from 'chai';
import { LabError } from '../../../../src/core/errors.js';
import { frrStart, frrVersion, parseDaemonsFile, sameFrrVersion } from '../../../../src/runtime/netns/frr.js';

const all = (): boolean => true;
const start = (text: string, installed: (daemon: string) => boolean = all): string[] => {
  const { first, others } = frrStart(parseDaemonsFile(text, 'daemons'), installed, 'r1');
  return [...first, ...others].map((daemon) => daemon.name);
};

describe('parseDaemonsFile', () => {
  it('reads assignments with and without quotes, comments and continued lines', () => {
    const text = [
      '# a comment',
      'zebra=yes',
      'bgpd="no" # later',
      "ospfd_options='-A 127.0.0.1'",
      'frr_profile="datacenter";',
      'watchfrr_options=(-r "x")',
      'pimd_options="-A \\',
      '  ::1"',
      'export MAX_FDS=1024\r',
    ].join('\n');
    expect([...parseDaemonsFile(text, 'daemons')]).to.deep.equal([
      ['zebra', 'yes'],
      ['bgpd', 'no'],
      ['ospfd_options', '-A 127.0.0.1'],
      ['frr_profile', 'datacenter'],
      ['watchfrr_options', '-r "x"'],
      ['pimd_options', '-A    ::1'],
      ['MAX_FDS', '1024'],
    ]);
  });

  it('refuses what only a shell could read, with its place', () => {
    expect(() => parseDaemonsFile('zebra=yes\nif true; then', '/lab/daemons')).to.throw(LabError, '/lab/daemons:2: ');
    expect(() => parseDaemonsFile('zebra_options="-A $(cat x)"', 'daemons')).to.throw(LabError, 'daemons:1: ');
  });
});

describe('frrStart', () => {
  it('starts zebra, and mgmtd where there is one, first, and staticd always', () => {
    expect(start('zebra=no\nospfd=yes\npimd=1\nbgpd=0\nripd=')).to.deep.equal([
      'mgmtd',
      'zebra',
      'ospfd',
      'pimd',
      'staticd',
    ]);
    expect(start('', (daemon) => daemon !== 'mgmtd')).to.deep.equal(['zebra', 'staticd']);
  });

  it('starts an instance for each that is named', () => {
    expect(start('ospfd=yes\nospfd_instances="1,2"')).to.include.members(['ospfd-1', 'ospfd-2']);
  });

  it('hands on options, and logs to a file of its own unless the options say where', () => {
    const text = 'zebra_options="-s 9"\nospfd=yes\nospfd_options="--log stdout"\nfrr_global_options=-L';
    const { first, others } = frrStart(parseDaemonsFile(text, 'daemons'), (daemon) => daemon !== 'mgmtd', 'r1');
    expect(first[0]!.argv.join(' ')).to.equal(
      '/usr/lib/frr/zebra -d --log file:/var/log/frr/zebra.log --log-level informational -L -s 9',
    );
    expect(others[0]!.argv.join(' ')).to.equal('/usr/lib/frr/ospfd -d -L --log stdout');
  });

  it('names a daemon that is wanted and not installed', () => {
    expect(() => start('pim6d=yes', (daemon) => daemon !== 'pim6d')).to.throw(
      LabError,
      'node r1: its daemons file wants pim6d',
    );
  });
});

describe('FRR versions', () => {
  it('are read from what zebra prints', () => {
    expect(frrVersion('zebra version 8.4.4\nCopyright')).to.equal('8.4.4');
    expect(frrVersion('zebra version 10.6-dev')).to.equal('10.6');
    expect(frrVersion('something else')).to.equal(undefined);
  });

  for (const [image, version, same] of [
    ['frrouting/frr:8.4.1', '8.4.4', true],
    ['frrouting/frr:10.2.1', '8.4.4', false],
    ['registry:5000/frr:v8.4', '8.4.4', true],
    ['frrouting/frr:containerlab-10.7.1', '10.7.0', true],
    ['frrouting/frr:latest', '8.4.4', false],
    ['frr', '8.4.4', false],
    ['registry.8.4:5000/frr', '8.4.4', false],
    ['faultline/frr:8.4@sha256:aa', '8.4', true],
    ['faultline/frr:8.40', '8.4', false],
  ] as const) {
    it(`${image} ${same ? 'is' : 'is not'} ${version}`, () => expect(sameFrrVersion(image, version)).to.equal(same));
  }
});
