import { expect } from 'chai';
import { Vtysh } from '../../../../src/device/frr/vtysh.js';
import type { LabNode } from '../../../../src/runtime/types.js';

const saying = (stdout: string, exitCode = 0): Vtysh =>
  new Vtysh({
    name: 'r1',
    exec: () => Promise.resolve({ exitCode, stdout, stderr: '', durationMs: 1 }),
  } as unknown as LabNode);

describe('what FRR says of configuration lines', () => {
  for (const [said, exitCode] of [
    ['', 0],
    ['No Path to RP address specified: 10.0.0.1\n', 0],
    ['% This command is deprecated\n', 0],
    ['% Configuration applied with notes:\nNo changes found to be committed!\n', 0],
  ] as const) {
    it(`is no complaint: ${JSON.stringify(said)}`, async () => {
      expect(await saying(said, exitCode).configure(['line'])).to.equal(undefined);
    });
  }
  for (const [said, exitCode] of [
    ['% Unknown command: bogus\n', 1],
    ['% Configuration failed.\n', 0],
    ['% Configuration applied with notes:\nNo changes found to be committed!\n% Unknown command: bogus\n', 0],
    ['', 1],
  ] as const) {
    it(`is a complaint: ${JSON.stringify(said)}, exit code ${exitCode}`, async () => {
      expect(await saying(said, exitCode).configure(['line'])).to.be.a('string');
    });
  }
});
