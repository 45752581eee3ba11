import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parseIgpSettings } from '../../../../src/device/frr/parse/igp-settings.js';

const lab = (timers: string, node: string): string =>
  readFileSync(
    fileURLToPath(
      new URL(`../../../../topologies/stock-exchange-wan/configs/${timers}/${node}/frr.conf`, import.meta.url),
    ),
    'utf8',
  );

const DEFAULTS = { helloMs: [10_000], deadMs: [40_000], retransmitMs: [5000], calculationMs: [0, 50, 5000] };

describe('IGP settings in a running configuration of FRR', () => {
  it('are what is configured', () => {
    expect(parseIgpSettings(lab('tuned', 'p1'))).to.deep.equal([
      {
        ...{ protocol: 'OSPF', helloMs: [1000], deadMs: [4000], retransmitMs: [1000], generationMs: 50 },
        ...{ calculationMs: [10, 50, 500], bfdMs: [900], extensions: [], authenticated: false },
      },
    ]);
  });

  it('are FRR’s own where nothing is; an interface that OSPF only announces has none', () => {
    const [settings] = parseIgpSettings(lab('default', 'we1'));
    expect(settings)
      .to.include({ protocol: 'OSPF', generationMs: 5000 })
      .and.to.deep.include({ ...DEFAULTS, bfdMs: [] });
  });

  it('tell different interfaces apart, in milliseconds where the dead interval is minimal', () => {
    const config = [
      'interface eth1\n ip ospf hello-interval 2\n ip ospf dead-interval 8\n ip ospf authentication message-digest\nexit\n!',
      'interface eth2\n ip ospf dead-interval minimal hello-multiplier 4\n ip ospf bfd\nexit\n!',
      'interface eth3\n ip ospf passive\n ip ospf hello-interval 7\nexit\n!',
      'router ospf\n network 10.0.0.0/8 area 0\n mpls ldp-sync\nexit\n!\n',
    ].join('\n');
    expect(parseIgpSettings(config)[0]).to.deep.include({
      ...{ helloMs: [250, 2000], deadMs: [1000, 8000], bfdMs: [900] },
      ...{ extensions: ['LDP synchronisation'], authenticated: true },
    });
  });

  it('are the defaults where a `network` line is all there is, and nothing where there is no IGP', () => {
    expect(parseIgpSettings('router ospf\n network 10.0.0.0/8 area 0\nexit\n')[0]).to.deep.include(DEFAULTS);
    expect(parseIgpSettings(lab('tuned', 'ce1'))).to.deep.equal([]);
  });

  it('of another protocol are its name alone', () => {
    expect(parseIgpSettings('router isis core\n net 49.0001.0000.0000.0001.00\nexit\n')).to.deep.include.members([
      {
        ...{ protocol: 'IS-IS', helloMs: [], deadMs: [], retransmitMs: [], generationMs: null, calculationMs: [] },
        ...{ bfdMs: [], extensions: [], authenticated: null },
      },
    ]);
  });
});
