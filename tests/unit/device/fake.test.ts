import { expect } from 'chai';
import { createDriver } from '../../../src/device/index.js';
import { FakeDriver } from '../../../src/device/fake/driver.js';
import { UnsupportedQuery } from '../../../src/device/types.js';
import { deviceDriverContract } from '../../contract/device-driver.js';
import { rejection } from '../../contract/runtime.js';
import { fakeNode } from './support.js';

describe('the fake driver keeps the contract', () => {
  const driver = (createDriver(fakeNode('r1')) as FakeDriver).set('rp-info', []);
  deviceDriverContract({
    driver: () => driver,
    snippet: 'color blue\n',
    line: 'color blue',
    refused: 'color red\nbogus 3\n',
    complaint: /r1 refuses[\s\S]*% Unknown command: bogus 3/,
  });
});

describe('the fake driver', () => {
  it('says what it was told to, and nothing else', async () => {
    const driver = new FakeDriver(fakeNode('r1'));
    driver.set('route-to', ({ address }) => [
      { prefix: `${address}/32`, protocol: 'ospf', nexthop: '10.0.0.1', interface: 'eth1' },
    ]);
    expect((await driver.query('route-to', { address: '10.9.9.9' }))[0]?.prefix).to.equal('10.9.9.9/32');
    expect(await rejection(driver.query('mroutes'))).to.be.instanceOf(UnsupportedQuery);
    driver.set('mroutes', new Error('pimd is not running'));
    expect((await rejection(driver.query('mroutes'))).message).to.equal('pimd is not running');
  });

  it('starts a daemon of its own again', async () => {
    const driver = new FakeDriver(fakeNode('r1')).setDaemon('pimd', null);
    await driver.startDaemon('pimd');
    expect((await driver.daemons())[0]?.pid).to.not.equal(null);
  });
});
