import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { CleanupError, LabError } from '../../src/core/errors.js';
import { runCommand } from '../../src/process/command.js';
import { connectDocker } from '../../src/runtime/containerlab/docker.js';
import { logOf } from '../../src/runtime/containerlab/frr-start.js';
import { findProgram } from '../../src/runtime/containerlab/program.js';
import { ContainerlabRuntime } from '../../src/runtime/containerlab/runtime.js';
import { rejection } from '../contract/runtime.js';
import { readTopology } from '../../src/topology/read.js';
import { FRR_10_IMAGE, FRR_IMAGE, HOST_IMAGE, LabFiles, pairText } from './labs.js';
import { traces } from './traces.js';

describe('what goes wrong with containerlab and Docker is told apart, and cleaned up', function () {
  this.timeout(240_000);
  const files = new LabFiles();
  const folder = mkdtempSync(join(tmpdir(), 'faultline-clab-failures-'));
  const stateDir = join(folder, 'state');
  const dockerHost = process.env['DOCKER_HOST'];
  const realDocker = (): void => {
    if (dockerHost === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = dockerHost;
  };
  const runtime = (): ContainerlabRuntime => new ContainerlabRuntime({ stateDir });
  let server: Server | undefined;

  afterEach(() => {
    realDocker();
    delete process.env['FAULTLINE_CONTAINERLAB'];
    server?.close();
    server = undefined;
    expect(existsSync(stateDir), 'a state was left').to.equal(false);
  });
  after(() => {
    files.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A Docker that says these things of itself. */
  const pretend = async (version: object, info: object = {}): Promise<void> => {
    const socket = join(folder, 'pretended.sock');
    server = createServer((request, response) => {
      const body =
        request.url?.endsWith('/version') === true ? version : request.url?.endsWith('/info') === true ? info : [];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server!.listen(socket, resolve));
    process.env['DOCKER_HOST'] = `unix://${socket}`;
  };
  const upFails = async (name: string, text = pairText(name)): Promise<Error> => {
    const error = await rejection(runtime().up(files.topology(name, text)));
    realDocker();
    expect(await traces(name), 'left behind').to.deep.equal([]);
    return error;
  };

  /** What `up` tells of routers whose FRR does not take these lines. */
  const refused = async (name: string, image: string, lines: readonly string[]): Promise<readonly string[]> => {
    const file = files.write(
      name,
      `name: ${name}
topology:
  nodes:
    r: { kind: linux, image: "${image}", binds: ["frr.conf:/etc/frr/frr.conf", "daemons:/etc/frr/daemons"] }
    h: { kind: linux, image: "${HOST_IMAGE}" }
`,
    );
    writeFileSync(join(file, '../frr.conf'), `${['hostname r', ...lines].join('\n')}\n`);
    writeFileSync(join(file, '../daemons'), 'pimd=yes\n');
    const told: string[] = [];
    await runtime().up(readTopology(file), {
      onProgress: ({ stage, detail }) => {
        if (stage === 'exec-failed') told.push(detail ?? '');
      },
    });
    await runtime().down(name);
    return told;
  };

  for (const image of [FRR_IMAGE, FRR_10_IMAGE]) {
    it(`a router that does not know a line of its configuration (${image})`, async () => {
      const told = await refused('clab-f19', image, ['ip route 10.9.0.0/33 blackhole']);
      expect(told).to.have.length(1);
      expect(told[0]).to.match(
        /^r: FRR does not take all of its configuration:\nline 2: % Unknown command.*10\.9\.0\.0\/33 blackhole/,
      );
    });

    it(`a router whose daemon refuses a value (${image})`, async () => {
      const told = await refused('clab-f20', image, ['interface eth0', ' ip igmp', ' ip igmp query-interval 2']);
      expect(told).to.have.length(1);
      expect(told[0])
        .to.match(/^r: FRR does not take all of its configuration:\n% Configuration failed/)
        .and.match(/rejected:\n- +ip igmp query-interval 2$/);
    });

    it(`a router that takes all of it (${image})`, async () => {
      expect(
        await refused('clab-f21', image, ['interface eth0', ' ip igmp', ' ip igmp query-interval 20']),
      ).to.deep.equal([]);
    });
  }

  it('what a container has printed is read with a terminal and without', async () => {
    const docker = connectDocker();
    for (const Tty of [true, false]) {
      const container = await docker.createContainer({
        Image: HOST_IMAGE,
        Tty,
        Cmd: ['sh', '-c', 'echo one; sleep 0.2; echo two >&2; sleep 0.2; echo three'],
      });
      try {
        await container.start();
        await container.wait();
        expect(await logOf(docker, container.id), `terminal: ${Tty}`).to.equal('one\ntwo\nthree\n');
      } finally {
        await container.remove({ force: true });
      }
    }
  });

  it('no containerlab program', async () => {
    const path = process.env['PATH'];
    const cache = process.env['XDG_CACHE_HOME'];
    process.env['PATH'] = '/nowhere';
    process.env['XDG_CACHE_HOME'] = '/nowhere';
    const error = await rejection(runtime().up(files.topology('clab-f0', pairText('clab-f0'))));
    process.env['PATH'] = path;
    if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cache;
    expect(error).to.be.instanceOf(LabError);
    expect(error.message).to.contain('the containerlab program is not there').and.contain('scripts/containerlab.sh');
  });

  it('no Docker', async () => {
    process.env['DOCKER_HOST'] = `unix://${folder}/no.sock`;
    const error = await upFails('clab-f1');
    expect(error).to.be.instanceOf(LabError);
    expect(error.message)
      .to.contain(`no Docker answers at unix://${folder}/no.sock (ENOENT)`)
      .and.contain('DOCKER_HOST');
    process.env['DOCKER_HOST'] = `unix://${folder}/no.sock`;
    expect((await rejection(runtime().down('clab-f1'))).message, 'nobody knows what is there').to.contain(
      'no Docker answers',
    );
  });

  it('no permission', async function () {
    if (process.geteuid?.() !== 0) this.skip();
    await pretend({});
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'pretended.sock'), 0o600);
    process.seteuid!(65534);
    let error: Error;
    try {
      error = await rejection(runtime().attach('any'));
    } finally {
      process.seteuid!(0);
    }
    expect(error.message).to.match(/^no permission to use Docker at unix:.*pretended\.sock: run as root/);
  });

  it('a Docker that is too old', async () => {
    await pretend({ Version: '17.03', ApiVersion: '1.27' });
    const error = await upFails('clab-f2');
    expect(error.message).to.match(/Docker 17\.03 at .* speaks API 1\.27; 1\.41 \(Docker 20\.10\) is the oldest/);
  });

  it('a Docker on another machine', async () => {
    await pretend(
      { Version: '28.0', ApiVersion: '1.48' },
      { Name: 'elsewhere', KernelVersion: '6.1.0', OperatingSystem: 'Debian' },
    );
    const error = await upFails('clab-f3');
    expect(error.message)
      .to.contain('runs on another machine (elsewhere, Debian, kernel 6.1.0)')
      .and.contain('out of reach');
  });

  it('virtual machines in containers', async () => {
    const text = 'name: clab-f4\ntopology:\n  nodes:\n    r1: { kind: juniper_vjunosrouter, image: "vjunos:1" }\n';
    expect((await upFails('clab-f4', text)).message).to.match(/virtual machines .*: r1 \(juniper_vjunosrouter\)/);
  });

  it('an image of faultline’s own that was not made', async () => {
    const error = await upFails('clab-f5', pairText('clab-f5', 'faultline/not-made:1'));
    expect(error.message).to.match(/images that lab clab-f5 needs:\nfaultline\/not-made:1 \(a, b\): .*make images/);
  });

  it('an image that cannot be pulled: containerlab’s own lines', async () => {
    const error = await upFails('clab-f6', pairText('clab-f6', 'registry.invalid/nothing:1'));
    expect(error).to.be.instanceOf(LabError);
    expect(error.message).to.contain('containerlab could not deploy lab clab-f6').and.contain('registry.invalid');
  });

  it('a deploy that fails half-way is destroyed again', async () => {
    const text = pairText('clab-f7').replace('    b: {', '    b: { entrypoint: /no/such/program,');
    const error = await upFails('clab-f7', text);
    expect(error).to.be.instanceOf(LabError);
    expect(error.message).to.contain('/no/such/program');
  });

  it('a container that ends at once, of which containerlab says nothing', async () => {
    const text = pairText('clab-f8').replace('    b: {', '    b: { cmd: "false", restart-policy: "no",');
    const error = await upFails('clab-f8', text);
    expect(error).to.be.instanceOf(LabError);
    expect(error.message).to.match(/b/);
  });

  it('a container that has the name of a node', async () => {
    const docker = connectDocker();
    const other = await docker.createContainer({
      Image: HOST_IMAGE,
      name: 'clab-clab-f9-b',
      Cmd: ['sleep', 'infinity'],
    });
    try {
      const error = await rejection(runtime().up(files.topology('clab-f9', pairText('clab-f9'))));
      expect(error.message).to.equal('containers of these names exist: clab-clab-f9-b');
      expect((await other.inspect()).State.Status, 'it is not touched').to.equal('created');
    } finally {
      await other.remove({ force: true });
    }
  });

  it('interrupted while containerlab deploys', async () => {
    const stop = new AbortController();
    const topology = files.topology('clab-f10', pairText('clab-f10'));
    const error = await rejection(
      runtime().up(topology, {
        signal: stop.signal,
        onProgress: ({ stage }) => {
          if (stage === 'container') stop.abort(new Error('enough'));
        },
      }),
    );
    expect(error.message).to.equal('enough');
    expect(await traces('clab-f10')).to.deep.equal([]);
  });

  it('a destroy that claims success and leaves everything', async () => {
    const topology = files.topology('clab-f11', pairText('clab-f11'));
    await runtime().up(topology);
    const liar = join(folder, 'containerlab');
    writeFileSync(liar, `#!/bin/sh\n[ "$1" = destroy ] && exit 0\nexec ${findProgram()!} "$@"\n`, { mode: 0o755 });
    process.env['FAULTLINE_CONTAINERLAB'] = liar;
    const told: string[] = [];
    await runtime().down('clab-f11', { onProgress: ({ detail }) => told.push(detail ?? '') });
    expect(told.filter((text) => text.endsWith('was left: removed'))).to.have.length(2);
    expect(await traces('clab-f11')).to.deep.equal([]);
    expect(readFileSync('/etc/hosts', 'utf8')).to.not.contain('clab-f11');
  });

  it('what cannot be removed is named, and the next try finishes', async () => {
    const topology = files.topology('clab-f12', pairText('clab-f12'));
    await runtime().up(topology);
    const pinned = '/run/netns/clab-clab-f12-a';
    // A folder with something in it where the name of the namespace was: nothing that containerlab makes or removes.
    rmSync(pinned);
    await runCommand(['mkdir', '-p', join(pinned, 'something')]);
    try {
      const error = await rejection(runtime().down('clab-f12'));
      expect(error).to.be.instanceOf(CleanupError);
      expect(error.message).to.contain('clab-clab-f12-a');
    } finally {
      await runCommand(['rm', '-r', pinned]);
    }
    await runtime().down('clab-f12');
    expect(await traces('clab-f12')).to.deep.equal([]);
  });
});
