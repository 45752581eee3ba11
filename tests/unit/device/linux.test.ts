import { expect } from 'chai';
import { createDriver } from '../../../src/device/index.js';
import { UnsupportedQuery } from '../../../src/device/types.js';
import { fakeNode } from './support.js';

const ADDRESSES = JSON.stringify([
  {
    ifname: 'lo',
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }],
  },
  { ifname: 'eth1', flags: ['BROADCAST', 'MULTICAST', 'NO-CARRIER', 'UP'], addr_info: [] },
]);

async function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error('no failure'),
    (error: unknown) => error as Error,
  );
}

describe('the linux driver', () => {
  it('reads interfaces from the kernel', async () => {
    const driver = createDriver(fakeNode('desk', () => ({ stdout: ADDRESSES }), 'linux'));
    expect(await driver.query('interfaces')).to.deep.equal([
      { name: 'lo', up: true, carrier: true, addresses: ['127.0.0.1/8'] },
      { name: 'eth1', up: true, carrier: false, addresses: [] },
    ]);
  });

  it('reads the kernel’s route, and knows none from a failure', async () => {
    const answering = (answer: { exitCode?: number; stdout?: string; stderr?: string }) =>
      createDriver(fakeNode('desk', () => answer, 'linux')).query('route-to', { address: '10.9.9.9' });
    const found = JSON.stringify([{ dst: '10.9.9.9', gateway: '10.1.1.1', dev: 'eth1', flags: [] }]);
    expect(await answering({ stdout: found })).to.deep.equal([
      { prefix: '10.9.9.9', protocol: 'kernel', nexthop: '10.1.1.1', interface: 'eth1' },
    ]);
    const unreachable = 'RTNETLINK answers: Network is unreachable\n';
    expect(await answering({ exitCode: 2, stderr: unreachable })).to.deep.equal([]);
    const odd = await failure(answering({ exitCode: 1, stderr: 'Operation not permitted' }));
    expect(odd.message).to.match(/`ip -json route get 10\.9\.9\.9` is not understood: Operation not permitted/);
  });

  it('has no protocols and no configuration', async () => {
    const driver = createDriver(fakeNode('desk', () => ({}), 'linux'));
    expect(await failure(driver.query('ospf-neighbors'))).to.be.instanceOf(UnsupportedQuery);
    expect(await failure(driver.apply('x'))).to.be.instanceOf(UnsupportedQuery);
    expect(await driver.rollback()).to.equal('');
    expect((await failure(driver.startDaemon('sshd'))).message).to.match(/desk is a plain Linux host/);
  });
});

describe('createDriver', () => {
  it('refuses kinds that are not there yet, by name', () => {
    for (const driver of ['junos', 'exabgp'] as const) {
      expect(() => createDriver(fakeNode('mx1', () => ({}), driver))).to.throw(
        `node mx1: driver ${driver} is not supported yet`,
      );
    }
  });
});
