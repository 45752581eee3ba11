import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { importImage } from '../../src/image/import.js';
import { findImported } from '../../src/image/imported.js';
import { NetnsRuntime } from '../../src/runtime/netns/runtime.js';
import { dockerSave, ImagePlace, tarOf } from '../unit/image/make-image.js';
import { topologyOf } from './netns-topologies.js';
import { eventually } from './netns-waiting.js';

const LAB = 'img-import';
/** A program without libraries, and what it needs: the shell and tools of this machine. */
const TOOLS = ['/bin/sh', '/bin/sleep', '/usr/bin/id', '/bin/pwd'];

describe('an imported image on the netns runtime', function () {
  this.timeout(120_000);
  const place = new ImagePlace();
  before(() => place.enter());
  after(() => place.leave());

  it('starts as its container would: entrypoint, command, environment, user, folder; a topology has its say', async () => {
    // Programs of this machine with the libraries that they name, as the lowest layer.
    const libraries = TOOLS.flatMap((tool) =>
      [...execFileSync('ldd', [tool], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map((match) => match[1]!),
    );
    const lowest = execFileSync('tar', ['-chf', '-', ...new Set([...TOOLS, ...libraries])], {
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 28,
    });
    const upper = tarOf([
      { path: 'etc/passwd', data: 'root:x:0:0::/root:/bin/sh\nfeed:x:1234:1235::/home/feed:/bin/sh\n' },
      { path: 'etc/group', data: 'root:x:0:\nfeed:x:1235:\nmarket:x:77:feed\n' },
      { path: 'srv/', mode: 0o777 },
      {
        path: 'start',
        mode: 0o755,
        data: '#!/bin/sh\necho "$COLOUR $HOME $(id -u):$(id -G) $(pwd) $*" > out\nexec sleep 4000\n',
      },
    ]);
    const saved = dockerSave({
      layers: [lowest, upper],
      config: { Entrypoint: ['/start'], Cmd: ['a', 'b c'], Env: ['COLOUR=blue'], User: 'feed', WorkingDir: '/srv' },
    });
    await importImage(place.file('saved.tar', saved), {
      taken: [],
      onProgress: () => undefined,
      signal: new AbortController().signal,
    });
    const runtime = new NetnsRuntime({ findImage: (name) => findImported(name), stateDir: `${place.dir}/state` });
    const lab = await runtime.up(
      topologyOf(LAB, {
        plain: { image: 'test/made:1', exec: ['sh -c "id -u > exec; pwd >> exec"'] },
        own: { image: 'test/made:1', user: '0', cmd: 'other', env: { COLOUR: 'red' } },
      }),
    );
    try {
      const out = async (node: string, file: string): Promise<string> =>
        (await lab.node(node).readFile(`/srv/${file}`)).toString().trim();
      for (const node of ['plain', 'own']) {
        await eventually(`what ${node} starts to write its file`, async () => {
          const text = await out(node, 'out').catch((error: Error) => `(${error.message})`);
          return /^\(|^$/.test(text) ? { seen: text } : { found: text, seen: text };
        });
      }
      expect(await out('plain', 'out')).to.equal('blue /home/feed 1234:1235 77 /srv a b c');
      expect(await out('plain', 'exec')).to.equal('1234\n/srv');
      expect(await out('own', 'out')).to.equal('red /root 0:0 /srv other');
      expect((await lab.node('plain').exec(['id', '-u'])).stdout).to.equal('1234\n');
      expect((await lab.node('own').exec(['pwd'])).stdout).to.equal('/srv\n');
    } finally {
      await runtime.down(LAB);
    }
  });
});
