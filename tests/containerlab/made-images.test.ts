import { createWriteStream } from 'node:fs';
import { arch } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import { saveFromDocker } from '../../src/image/docker-images.js';
import { connectDocker } from '../../src/runtime/containerlab/docker.js';
import { Workplace } from '../lab/cli.js';
import { tarOf, type Member } from '../unit/image/make-image.js';
import { FRR_10_IMAGE, HOST_IMAGE } from './labs.js';

const SCENARIO = resolve('tests/fixtures/labs/made-images/blackhole.yml');
const HOST = 'faultline-test/host:1';
const ROUTER = 'faultline-test/router:1';
/** A host with several layers, files and a folder that a later one removes, and an entrypoint. */
const HOST_FILE = `
FROM ${HOST_IMAGE}
RUN mkdir -p /opt/desk/old && echo one > /opt/desk/old/a && echo x > /opt/desk/gone && echo keep > /opt/desk/keep
RUN rm -r /opt/desk/old /opt/desk/gone && mkdir /opt/desk/old && echo two > /opt/desk/old/b
COPY start.sh /opt/start.sh
ENV COLOUR=blue
WORKDIR /opt/desk
ENTRYPOINT ["/bin/sh", "/opt/start.sh"]
CMD ["arg"]
`;
const START = 'echo "$COLOUR $1 $(pwd)" > started\nexec sleep infinity\n';

/** A router that starts as FRR's published images do: a script by the name of docker-start that ends in watchfrr. */
const ROUTER_FILE = `
FROM ${FRR_10_IMAGE}
COPY docker-start /usr/lib/frr/docker-start
RUN install -d -o frr -g frr /run/frr
ENTRYPOINT []
CMD ["/usr/lib/frr/docker-start"]
`;
const DOCKER_START = '#!/bin/bash\nsource /usr/lib/frr/frrcommon.sh\nexec /usr/lib/frr/watchfrr $(daemon_list)\n';

describe('images that Docker has built', function () {
  this.timeout(300_000);
  const docker = connectDocker();
  const place = new Workplace();

  async function build(name: string, file: string, members: readonly Member[]): Promise<void> {
    const context = tarOf([{ path: 'Dockerfile', data: file }, ...members]);
    const reply = await docker.buildImage(Readable.from([context]), { t: name, networkmode: 'none', version: '1' });
    await new Promise<void>((done, fail) =>
      docker.modem.followProgress(reply, (error: Error | null, lines: readonly { readonly error?: string }[] = []) => {
        const failed = lines.find((line) => line.error !== undefined)?.error;
        if (error === null && failed === undefined) done();
        else fail(error ?? new Error(failed));
      }),
    );
  }

  before(async () => {
    await build(HOST, HOST_FILE, [{ path: 'start.sh', data: START }]);
    await build(ROUTER, ROUTER_FILE, [{ path: 'docker-start', data: DOCKER_START, mode: 0o755 }]);
  });
  after(async () => {
    for (const name of [HOST, ROUTER]) {
      await place.run(['image', 'remove', name]);
      await docker.getImage(name).remove();
    }
    place.remove();
  });

  it('import takes one from Docker and one from what docker save wrote', async () => {
    const host = await place.run(['image', 'import', HOST]);
    expect(host.exitCode, host.stderr).to.equal(0);
    expect(host.stderr).to.contain(`${HOST}: starts /bin/sh /opt/start.sh arg as root in /opt/desk`);
    const saved = join(place.dir, 'router.tar');
    await pipeline(await saveFromDocker(docker, ROUTER), createWriteStream(saved));
    const router = await place.run(['image', 'import', saved]);
    expect(router.exitCode, router.stderr).to.equal(0);
    expect(router.stderr).to.match(/layer 3 of 3: sha256:/);
    expect(router.stderr).to.contain(`${ROUTER}: starts /usr/lib/frr/docker-start as root`);
  });

  async function passes(name: string, options: readonly string[]): Promise<void> {
    const out = join(place.runs, name);
    const end = await place.run(['run', SCENARIO, ...options, '--out', out]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
    expect(end.stdout).to.match(/^Images that Docker made · made · \S+ · FRR 10\.3/);
  }

  it('run alike on both runtimes', () =>
    Promise.all(['containerlab', 'netns'].map((name) => passes(name, ['--runtime', name]))));

  it('run alike by the virtual clock', async function () {
    if (arch() !== 'x64') this.skip(); // the lab kernel runs on x86-64 only
    await passes('virtual', ['--clock', 'virtual', '--seed', '1']);
  });
});
