import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { runCommand } from '../../src/process/command.js';
import { leftovers, Workplace } from './cli.js';

const TOPOLOGY = resolve('tests/fixtures/labs/wire/wire.clab.yml');
const COMMANDS = [
  'doctor',
  'validate',
  'up',
  'down',
  'inspect',
  'exec',
  'run',
  'analyze',
  'report',
  'recover',
  'list',
  'schema',
  'completion',
  'l2cp',
  'kernel build',
  'kernel status',
  'kernel remove',
  'kernel exec',
  'image build',
  'image list',
  'image remove',
];

describe('the command line', function () {
  this.timeout(60_000);
  let place: Workplace;
  before(() => (place = new Workplace()));
  after(() => place.remove());

  for (const command of COMMANDS) {
    it(`${command} --help has an example`, async () => {
      const { exitCode, stdout } = await place.run([...command.split(' '), '--help']);
      expect(exitCode).to.equal(0);
      expect(stdout).to.match(/Example: .*faultline /);
    });
  }

  for (const [args, complaint] of [
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['run'], /missing required argument/],
    [['run', 'no-such-file.yml'], /no-such-file\.yml/],
    [['run', '--repeat', '0', 'x.yml'], /whole number/],
    [['list', 'nothing'], /nothing is called nothing/],
    [['exec', '--name', 'x'], /--cmd/],
    [['analyze'], /run folder/],
    [['analyze', '--rx', 'package.json'], /package\.json/],
    [['up', '-t', TOPOLOGY, '--runtime', 'nowhere'], /no runtime is called nowhere/],
  ] as const) {
    it(`\`${args.join(' ')}\` is a usage error that says what is wrong`, async () => {
      const { exitCode, stderr, stdout } = await place.run(args);
      expect(exitCode, stderr).to.equal(2);
      expect(stderr).to.match(complaint);
      expect(stdout).to.equal('');
    });
  }

  it('up, inspect, exec and down work like containerlab’s', async () => {
    const up = await place.run(['up', '-t', TOPOLOGY, '--name', 'wire-verbs', '--format', 'json']);
    expect(up.exitCode, up.stderr).to.equal(0);
    try {
      const shown = JSON.parse((await place.run(['inspect', '--format', 'json'])).stdout) as Record<
        string,
        Record<string, string>[]
      >;
      expect(Object.keys(shown)).to.deep.equal(['wire-verbs']);
      expect(shown['wire-verbs']!.map((node) => node['name'])).to.deep.equal(
        ['feed', 'switch', 'desk1', 'desk2'].map((node) => `clab-wire-verbs-${node}`),
      );
      expect(shown['wire-verbs']![0]).to.include.keys(
        'lab_name',
        'absLabPath',
        'container_id',
        'image',
        'kind',
        'state',
        'owner',
      );
      const ip = await runCommand([
        'ip',
        'netns',
        'exec',
        'clab-wire-verbs-desk1',
        'ip',
        '-br',
        '-4',
        'addr',
        'show',
        'eth1',
      ]);
      expect(ip.stdout).to.contain('10.9.0.11/24');

      const again = await place.run(['up', '-t', TOPOLOGY, '--name', 'wire-verbs']);
      expect(again.exitCode).to.equal(4);
      expect(again.stderr).to.match(/wire-verbs/);

      const ping = await place.run([
        'exec',
        '--name',
        'wire-verbs',
        '--node',
        'feed',
        '--',
        'ping',
        '-c1',
        '-W5',
        '10.9.0.12',
      ]);
      expect(ping.exitCode, ping.stdout + ping.stderr).to.equal(0);
      const all = await place.run(['exec', '--name', 'wire-verbs', '--cmd', 'hostname', '--format', 'json']);
      const said = JSON.parse(all.stdout) as Record<string, { stdout: string; 'return-code': number }[]>;
      expect(Object.values(said).map(([only]) => only!.stdout.trim())).to.deep.equal([
        'feed',
        'switch',
        'desk1',
        'desk2',
      ]);
      const failed = await place.run(['exec', '--name', 'wire-verbs', '--node', 'feed', '--cmd', 'false']);
      expect(failed.exitCode).to.equal(1);
    } finally {
      const down = await place.run(['down', '--name', 'wire-verbs']);
      expect(down.exitCode, down.stderr).to.equal(0);
    }
    expect((await place.run(['down', '--name', 'wire-verbs'])).exitCode, 'down of what is down').to.equal(0);
    expect(leftovers('wire', place)).to.deep.equal([]);
  });

  it('doctor names what this host has, and what a topology needs', async () => {
    const { exitCode, stdout } = await place.run(['doctor', '--format', 'json', '-t', TOPOLOGY]);
    expect(exitCode).to.equal(0);
    expect((JSON.parse(stdout) as { what: string }[]).map((finding) => finding.what)).to.include.members([
      'root',
      'ip',
      'veth',
    ]);
  });

  it('the scenario schema is JSON Schema that knows every fault', async () => {
    const { stdout } = await place.run(['schema']);
    const text = JSON.stringify(JSON.parse(stdout));
    for (const fault of ['rp-death', 'dr-death', 'blackhole', 'link-flap']) expect(text).to.contain(fault);
  });

  for (const shell of ['bash', 'zsh'] as const) {
    it(`completes in ${shell}`, async () => {
      const script = (await place.run(['completion', shell])).stdout;
      const probe =
        shell === 'bash'
          ? `${script}\nCOMP_WORDS=(faultline va) COMP_CWORD=1; _faultline; echo "\${COMPREPLY[@]}"\nCOMP_WORDS=(faultline report --format j) COMP_CWORD=3; _faultline; echo "\${COMPREPLY[@]}"`
          : `autoload -U +X compinit && compinit -u -d ${join(place.temporary, 'zcompdump')}\n${script}\nwhich _faultline >/dev/null && echo validate && echo json junit`;
      const { stdout } = await runCommand([shell, ...(shell === 'zsh' ? ['-f'] : ['--norc'])], { input: probe });
      expect(stdout).to.contain('validate').and.contain('json junit');
    });
  }
});
