import { expect } from 'chai';
import { FakeRuntime } from '../../../../src/runtime/fake/runtime.js';
import { contractTopology, CONTRACT_COMMANDS, runtimeContract } from '../../../contract/runtime.js';

const script = (_node: string, argv: readonly string[]): string | { exitCode: number; stderr: string } | undefined => {
  if (argv.join(' ') === CONTRACT_COMMANDS.hello.join(' ')) return 'hello\n';
  return argv[0] === 'sh' ? { exitCode: 3, stderr: 'broken\n' } : undefined;
};

describe('the fake runtime', () => {
  describe('keeps the contract', () => runtimeContract(() => new FakeRuntime(script), 'netns-fake'));

  it('remembers what was done, in order, and knows no program that is not scripted', async () => {
    const runtime = new FakeRuntime();
    const lab = await runtime.up(contractTopology('x'));
    const result = await lab.node('a').exec(['vtysh', '-c', 'show version'], { allowFailure: true });
    expect(result).to.include({ exitCode: 127, stderr: 'vtysh: not scripted' });
    const sender = await lab.node('b').spawnOutside(['sender']);
    await sender.stop();
    await lab.node('b').kill('carrier-silent');
    expect((await sender.exited).signal).to.equal('SIGTERM');
    expect(runtime.calls.map((call) => [call.node, call.what, ...call.argv].join(' '))).to.deep.equal([
      'a exec vtysh -c show version',
      'b spawnOutside sender',
      'b stop SIGTERM sender',
      'b kill carrier-silent',
    ]);
  });
});
