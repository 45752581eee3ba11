import { expect } from 'chai';
import { packetIdentity } from '../../../src/packet/packet-identity.js';

describe('packetIdentity', () => {
  it('is different for packets that differ in a counter alone, wherever it stands', () => {
    for (const at of [0, 17, 60]) {
      const seen = new Set<number>();
      const payload = new Uint8Array(64);
      const view = new DataView(payload.buffer);
      for (let index = 0; index < 100_000; index++) {
        view.setUint32(at, index);
        seen.add(packetIdentity(payload, 0, 64, 0, 64));
      }
      expect(seen.size).to.equal(100_000);
    }
  });

  it('is different for packets that differ in the IP identification alone', () => {
    const seen = new Set<number>();
    for (let id = 0; id < 65_536; id++) seen.add(packetIdentity(new Uint8Array(64), 0, 64, id, 64));
    expect(seen.size).to.equal(65_536);
  });

  it('is a safe integer, and looks at nothing outside its range', () => {
    const one = packetIdentity(Uint8Array.of(9, 1, 2, 3, 9), 1, 4, 5, 3);
    expect(packetIdentity(Uint8Array.of(7, 1, 2, 3, 7), 1, 4, 5, 3)).to.equal(one);
    expect(Number.isSafeInteger(one) && one >= 0).to.equal(true);
  });
});
