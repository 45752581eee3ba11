import { expect } from 'chai';
import { compareConfigs, configLines } from '../../../../src/device/frr/config-lines.js';

const CONFIG = `frr version 8.4.4
hostname r1
no ipv6 forwarding
!
interface eth1
 ip ospf area 0
exit
!
router bgp 65000
 neighbor 10.0.0.1 remote-as 65000
 !
 address-family ipv4 unicast
  network 10.255.0.1/32
 exit-address-family
exit
!
router pim
exit
!
end
`;

describe('configLines', () => {
  it('gives every line with its blocks', () => {
    expect(configLines(CONFIG).map((line) => line.path.join(' > '))).to.deep.equal([
      'frr version 8.4.4',
      'hostname r1',
      'no ipv6 forwarding',
      'interface eth1',
      'interface eth1 > ip ospf area 0',
      'router bgp 65000',
      'router bgp 65000 > neighbor 10.0.0.1 remote-as 65000',
      'router bgp 65000 > address-family ipv4 unicast',
      'router bgp 65000 > address-family ipv4 unicast > network 10.255.0.1/32',
      'router pim',
    ]);
  });

  it('knows what opens a block, an empty one too', () => {
    const headers = configLines(CONFIG).filter((line) => line.opensBlock);
    expect(headers.map((line) => line.path.at(-1))).to.deep.equal([
      'interface eth1',
      'router bgp 65000',
      'address-family ipv4 unicast',
      'router pim',
    ]);
  });
});

describe('compareConfigs', () => {
  it('tells the same line in two blocks apart', () => {
    const wanted = 'interface eth1\n ip pim\nexit\ninterface eth2\nexit\n';
    const current = 'interface eth1\nexit\ninterface eth2\n ip pim\nexit\n';
    const { missing, excess } = compareConfigs(wanted, current);
    expect(missing.map((line) => line.path)).to.deep.equal([['interface eth1', 'ip pim']]);
    expect(excess.map((line) => line.path)).to.deep.equal([['interface eth2', 'ip pim']]);
  });

  it('takes another order for no difference', () => {
    expect(compareConfigs('a\nb\n', 'b\na\n')).to.deep.equal({ missing: [], excess: [] });
  });
});
