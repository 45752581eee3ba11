import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { Workplace } from '../lab/cli.js';

describe('the virtual clock', function () {
  this.timeout(900_000);
  const places: Workplace[] = [];
  const place = (): Workplace => {
    const made = new Workplace();
    places.push(made);
    return made;
  };
  afterEach(() => {
    for (const one of places.splice(0)) {
      expect(readdirSync(one.temporary), 'left behind').to.deep.equal([]);
      one.remove();
    }
  });

  it('jumps over idle time, and keeps output, error output and exit code apart', async () => {
    const script = 'a=$(date +%s); sleep 1000; b=$(date +%s); echo out $((b - a)); echo err >&2; exit 7';
    const end = await place().run(['kernel', 'exec', '--seed', '3', '--', 'sh', '-c', script]);
    expect(end).to.include({ exitCode: 7, stdout: 'out 1000\n', stderr: 'err\n' });
  });

  it('ends with the launcher, by whatever signal', async () => {
    const at = place();
    const { child, end } = at.start(['kernel', 'exec', '--clock', 'real', '--', 'sh', '-c', 'echo up; sleep 600']);
    await new Promise((done) => child.stdout!.once('data', done));
    child.kill('SIGINT');
    expect((await end).exitCode).to.equal(130);
  });
});
