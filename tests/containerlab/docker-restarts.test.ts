import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { runCommand } from '../../src/process/command.js';
import { identify, isAlive } from '../../src/process/proc.js';
import { Workplace } from '../lab/cli.js';
import { startDaemon, type TestDaemon } from './daemon.js';
import { HOST_IMAGE } from './labs.js';

/** On a daemon of its own: it goes away in the middle of a run. */
describe('Docker goes away during a run', function () {
  this.timeout(300_000);
  const place = new Workplace();
  let daemon: TestDaemon;

  before(async () => {
    daemon = await startDaemon();
    const end = await place.run(['image', 'docker', HOST_IMAGE], { DOCKER_HOST: daemon.host });
    expect(end.exitCode, end.stderr).to.equal(0);
  });
  after(async () => {
    await daemon.stop();
    place.remove();
  });

  it('the run says so and passes nothing; with Docker back recover takes the lab down', async () => {
    // A management network of its own: the usual one may be in use by another daemon of this host.
    const topology = join(place.dir, 'gone.clab.yml');
    const text = readFileSync(resolve('tests/fixtures/labs/wire/wire.clab.yml'), 'utf8');
    const network = 'mgmt: { network: clab-gone, ipv4-subnet: 172.20.77.0/24, ipv6-subnet: "3fff:172:20:77::/64" }';
    writeFileSync(topology, text.replace('name: wire', `name: gone\n${network}`));
    const scenario = join(place.dir, 'gone.yml');
    const control = readFileSync(resolve('tests/fixtures/labs/wire/control.yml'), 'utf8');
    writeFileSync(scenario, control.replace('wire.clab.yml', topology).replace('observe: 3 s', 'observe: 30 s'));
    const env = { DOCKER_HOST: daemon.host };
    const { end } = place.start(['run', scenario, '--runtime', 'containerlab', '--out', place.runs], env);
    await place.journalHas((entry) => entry.type === 'phase-begun' && entry.phase === 'observe');
    const pid = identify(Number(readFileSync(join(daemon.folder, 'docker.pid'), 'utf8')))!;
    process.kill(pid.pid, 'SIGTERM');
    while (isAlive(pid)) await sleep(50);

    const { exitCode, stdout, stderr } = await end;
    expect([3, 4], stdout + stderr).to.include(exitCode);
    const told = place.journal().flatMap((entry) => (entry.type === 'impediment' ? [entry.text] : []));
    expect(told.join('\n')).to.match(/went away during the run|ended by itself/);
    const [result] = place.results();
    expect(result!.verdict.outcome).to.not.equal('pass').and.not.equal('fail');

    const tooEarly = await place.run(['recover'], env);
    expect(tooEarly.exitCode, 'no Docker, no word that all is clean').to.equal(4);
    expect(tooEarly.stdout).to.contain('no Docker answers');
    await startDaemon(daemon.folder);
    const recovered = await place.run(['recover'], env);
    expect(recovered.exitCode, recovered.stdout + recovered.stderr).to.equal(0);
    const left = await runCommand(['docker', '--host', daemon.host, 'ps', '--all', '--quiet']);
    expect(left.stdout).to.equal('');
  });
});
