import { expect } from 'chai';
import { shellWords } from '../../../src/runtime/shell-words.js';

describe('shellWords', () => {
  for (const [line, words] of [
    ['ip addr add 10.0.0.1/24 dev eth1', ['ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'eth1']],
    [`vtysh -c 'show ip route' -c "conf t"`, ['vtysh', '-c', 'show ip route', '-c', 'conf t']],
    [`sh -c "echo \\"a\\" \\$b '\\n'"`, ['sh', '-c', `echo "a" $b '\\n'`]],
    [`a\\ b  'c'"d"e ''`, ['a b', 'cde', '']],
    ['echo $HOME # not a comment; no | pipe', ['echo', '$HOME', '#', 'not', 'a', 'comment;', 'no', '|', 'pipe']],
    ['  \t ', []],
    ['a \\\nb', ['a', 'b']],
  ] as const) {
    it(`splits ${JSON.stringify(line)}`, () => expect(shellWords(line)).to.deep.equal(words));
  }

  it('refuses what does not end', () => {
    expect(() => shellWords("echo 'a")).to.throw(RangeError, 'a single quote is not closed');
    expect(() => shellWords('echo "a\\"')).to.throw(RangeError, 'a double quote is not closed');
    expect(() => shellWords('echo a\\')).to.throw(RangeError, 'a backslash at the end');
  });
});
