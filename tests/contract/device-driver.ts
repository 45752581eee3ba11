import { expect } from 'chai';
import { LabError } from '../../src/core/errors.js';
import type { DeviceDriver } from '../../src/device/types.js';
import { rejection } from './runtime.js';

export interface DriverUnderTest {
  readonly driver: () => DeviceDriver;
  /** A snippet that the device takes, and a line that its configuration has then only. */
  readonly snippet: string;
  readonly line: string;
  /** A snippet that begins right and has a line in it that the device refuses, and the device's word for it. */
  readonly refused: string;
  readonly complaint: RegExp;
}

/** What every driver of a device with a configuration keeps. */
export function deviceDriverContract(of: DriverUnderTest): void {
  let before: string;

  it('is ready, and says what it is', async () => {
    await of.driver().waitReady(30_000);
    expect(await of.driver().version()).to.match(/^\S+ \d/);
    before = await of.driver().runningConfig();
    expect(before).to.not.contain(of.line);
  });

  it('tells what a snippet would change, and leaves nothing of it', async () => {
    const difference = await of.driver().diff(of.snippet);
    expect(difference).to.match(/^@@ /).and.to.contain(`+${of.line}`);
    expect(await of.driver().runningConfig()).to.equal(before);
  });

  it('applies a snippet, and goes back', async () => {
    const difference = await of.driver().apply(of.snippet);
    expect(difference).to.contain(`+${of.line}`);
    expect(await of.driver().runningConfig()).to.contain(of.line);
    expect(await of.driver().apply(of.snippet), 'the same again changes nothing').to.equal('');
    expect(await of.driver().reapply()).to.equal('');
    expect(await of.driver().rollback()).to.contain(`-${of.line}`);
    expect(await of.driver().runningConfig()).to.equal(before);
    expect(await of.driver().rollback()).to.equal('');
  });

  it('has no difference to tell where there is none', async () => {
    await of.driver().apply(of.snippet);
    expect(await of.driver().diff(of.snippet)).to.equal('');
    await of.driver().rollback();
  });

  it('refuses the whole of a snippet with a wrong line, in the device’s own words', async () => {
    const error = await rejection(of.driver().apply(of.refused));
    expect(error).to.be.instanceOf(LabError);
    expect(error.message).to.match(of.complaint);
    expect(await of.driver().runningConfig()).to.equal(before);
    expect(await of.driver().rollback()).to.equal('');
  });

  it('keeps state tables by file name', async () => {
    const tables = await of.driver().stateTables();
    expect(Object.keys(tables).length).to.be.greaterThan(0);
    for (const [name, text] of Object.entries(tables)) {
      expect(name).to.match(/^[a-z0-9-]+\.(json|txt)$/);
      expect(text).to.be.a('string');
    }
  });

  it('starts no daemon that it does not have', async () => {
    expect(await rejection(of.driver().startDaemon('no-such-daemon'))).to.be.instanceOf(LabError);
  });
}
