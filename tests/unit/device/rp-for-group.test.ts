import { expect } from 'chai';
import { isSameSubnet } from '../../../src/device/address.js';
import { rpForGroup } from '../../../src/device/rp-for-group.js';

const entry = (rp: string, groups: string) => ({
  rp,
  groups,
  interface: 'eth1',
  isThisRouter: false,
  source: 'Static',
});

describe('rpForGroup', () => {
  it('takes the longest range that covers the group', () => {
    const entries = [
      entry('10.0.0.1', '224.0.0.0/4'),
      entry('10.0.0.2', '239.1.0.0/16'),
      entry('10.0.0.3', '239.2.0.0/16'),
    ];
    expect(rpForGroup(entries, '239.1.2.3')?.rp).to.equal('10.0.0.2');
    expect(rpForGroup(entries, '239.2.0.0')?.rp).to.equal('10.0.0.3');
    expect(rpForGroup(entries, '238.0.0.1')?.rp).to.equal('10.0.0.1');
    expect(rpForGroup(entries.slice(1), '238.0.0.1')).to.equal(undefined);
  });

  it('takes a single prefix list where no range covers the group', () => {
    expect(rpForGroup([entry('10.0.0.1', 'FEEDS')], '239.1.1.1')?.rp).to.equal('10.0.0.1');
    expect(rpForGroup([entry('10.0.0.1', 'FEEDS'), entry('10.0.0.2', '239.0.0.0/8')], '239.1.1.1')?.rp).to.equal(
      '10.0.0.2',
    );
    expect(rpForGroup([entry('10.0.0.1', 'FEEDS'), entry('10.0.0.2', 'OTHERS')], '239.1.1.1')).to.equal(undefined);
  });
});

describe('isSameSubnet', () => {
  it('compares network and length', () => {
    expect(isSameSubnet('10.2.2.2/24', '10.2.2.11/24')).to.equal(true);
    expect(isSameSubnet('10.2.2.2/24', '10.2.3.2/24')).to.equal(false);
    expect(isSameSubnet('10.2.2.2/24', '10.2.2.3/25')).to.equal(false);
    expect(isSameSubnet('200.2.2.1/31', '200.2.2.0/31')).to.equal(true);
    expect(isSameSubnet('10.0.0.1/32', '10.0.0.1/32')).to.equal(false);
    expect(isSameSubnet('fe80::1/64', 'fe80::2/64')).to.equal(false);
  });
});
