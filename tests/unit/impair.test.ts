import { expect } from 'chai';
import { impair, netemArgs } from '../../src/fault/impair.js';

describe('impair', () => {
  const read = (options: object) => impair.schema.safeParse({ interface: 'r1:eth1', ...options });

  it('writes what netem reads', () => {
    const parsed = read({
      loss: 1.5,
      delay: '20 ms',
      jitter: '5 ms',
      reorder: 2,
      duplicate: 3,
      corrupt: 4,
      rate: '10mbit',
    });
    expect(netemArgs(parsed.data!).join(' ')).to.equal(
      'netem limit 1000000 delay 20000us 5000us loss 1.5% duplicate 3% corrupt 4% reorder 2% rate 10mbit',
    );
  });

  it('refuses what says nothing or does not go together', () => {
    for (const options of [
      {},
      { jitter: '1 ms' },
      { reorder: 1 },
      { delay: '1 ms', jitter: '2 ms' },
      { loss: 0 },
      { loss: 101 },
      { rate: '10' },
    ]) {
      expect(read(options).success, JSON.stringify(options)).to.equal(false);
    }
  });
});
