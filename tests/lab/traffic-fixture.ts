import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCaptures, type CaptureSession } from '../../src/capture/captures.js';
import type { CapturePoint, CaptureReport } from '../../src/capture/types.js';
import { resolveFlowAddresses } from '../../src/traffic/addresses.js';
import { startTraffic, type TrafficSession } from '../../src/traffic/session.js';
import type { Flow } from '../../src/traffic/types.js';
import { trafficLab, type TrafficLab } from './traffic-lab.js';

export const RUN_TAG = 0xfa017;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const startedAt = performance.now(); performance.now() - startedAt < 30_000; await pause(20)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`never came: ${what}`);
}

/** Nothing went wrong in any capture. */
export function expectWhole(reports: readonly CaptureReport[]): void {
  for (const report of reports) expect(report.problems, report.id).to.deep.equal([]);
}

/** Every sequence number from 0 on, once, in order. */
export function expectInOrder(packets: readonly { readonly sequence: number }[], count: number): void {
  expect(packets.length).to.equal(count);
  expect(packets.findIndex(({ sequence }, index) => sequence !== index)).to.equal(-1);
}

/** A lab for all tests of the suite that calls this, and a folder, traffic and captures that end with each test. */
export class TrafficFixture {
  net!: TrafficLab;
  dir!: string;
  captures: CaptureSession | undefined;
  private traffic: TrafficSession | undefined;

  constructor(name: string) {
    before(async () => {
      this.net = await trafficLab(name);
    });
    after(async () => {
      await this.net?.down();
    });
    beforeEach(() => {
      this.dir = mkdtempSync(join(tmpdir(), 'faultline-traffic-'));
    });
    afterEach(async () => {
      await this.traffic?.stop();
      await this.captures?.abandon();
      this.traffic = undefined;
      this.captures = undefined;
      rmSync(this.dir, { recursive: true });
    });
  }

  /** At the sender (`tx`) and at the first receiver (`rx1`). */
  async capture(): Promise<CaptureSession> {
    const point = (id: string, node: string, role: CapturePoint['role']): CapturePoint => ({
      ...{ id, node, interface: 'eth1', role },
    });
    const points = [point('tx', 'feed', 'sender'), point('rx1', 'desk1', 'receiver')];
    this.captures = await startCaptures(this.net.lab, points, { dir: this.dir });
    return this.captures;
  }

  async begin(flows: readonly Flow[], problems: string[] = []): Promise<TrafficSession> {
    const resolved = await resolveFlowAddresses(this.net.lab, flows);
    const onProblem = (text: string): void => void problems.push(text);
    this.traffic = await startTraffic(this.net.lab, resolved, { runTag: RUN_TAG, onProblem });
    return this.traffic;
  }

  file(id: string): string {
    return join(this.dir, 'pcaps', `${id}.pcap`);
  }
}
