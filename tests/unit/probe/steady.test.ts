import { expect } from 'chai';
import { z } from 'zod';
import { waitForSteady, type SteadyItem } from '../../../src/probe/steady.js';
import type { Probe } from '../../../src/probe/types.js';
import { fakeLab } from '../device/support.js';

/** A probe that says what `holds` says of the time since the start; `takesMs`: how long it watches. */
function timed(
  kind: string,
  holds: (ms: number) => boolean,
  needs: 'lab' | 'traffic' = 'lab',
  takesMs = 0,
): SteadyItem & { readonly askedAtMs: number[] } {
  const askedAtMs: number[] = [];
  const probe: Probe<unknown> = {
    kind,
    title: '',
    example: '',
    schema: z.unknown(),
    needs,
    references: () => [],
    async observe(view) {
      const ms = Number(view.now()) / 1e6;
      askedAtMs.push(ms);
      await view.sleep(takesMs);
      return { summary: '', data: holds(ms) };
    },
    judge: (_options, seen) => ({ met: seen.data === true, summary: `${kind} ${seen.data === true ? 'yes' : 'no'}` }),
  };
  return { probe, options: undefined, askedAtMs };
}

describe('waitForSteady', () => {
  it('says when each became true', async () => {
    const view = fakeLab([]);
    const items = [timed('now', () => true), timed('soon', (ms) => ms >= 600)];
    const report = await waitForSteady(view, items, { withinMs: 10_000, now: view.now.bind(view) });
    expect(report).to.deep.equal({
      reached: true,
      elapsedMs: 750,
      probes: [
        { kind: 'now', met: true, summary: 'now yes', afterMs: 0 },
        { kind: 'soon', met: true, summary: 'soon yes', afterMs: 750 },
      ],
    });
  });

  it('holds for nothing at all', async () => {
    const view = fakeLab([]);
    const report = await waitForSteady(view, [], { withinMs: 0, now: view.now.bind(view) });
    expect(report).to.deep.equal({ reached: true, elapsedMs: 0, probes: [] });
  });

  it('ends at the deadline with the last observation of what does not hold', async () => {
    const view = fakeLab([]);
    const items = [timed('never', () => false), timed('yes', () => true)];
    const told: string[] = [];
    const report = await waitForSteady(view, items, {
      withinMs: 1100,
      now: view.now.bind(view),
      onProgress: (text) => told.push(text),
    });
    expect(report.reached).to.equal(false);
    expect(report.elapsedMs).to.equal(1100);
    expect(report.probes[0]).to.deep.equal({ kind: 'never', met: false, summary: 'never no', afterMs: 1100 });
    expect(told).to.deep.equal(['never: never no']);
  });

  it('is not steady where one passed before the other came', async () => {
    const view = fakeLab([]);
    const items = [timed('early', (ms) => ms < 400), timed('late', (ms) => ms >= 800)];
    const report = await waitForSteady(view, items, { withinMs: 3000, now: view.now.bind(view) });
    expect(report.reached).to.equal(false);
    expect(report.probes.map((probe) => probe.met)).to.deep.equal([false, true]);
  });

  it('watches traffic last, and again where the lab moved meanwhile', async () => {
    const view = fakeLab([]);
    const lab = timed('lab', (ms) => (ms >= 500 && ms < 1000) || ms >= 3000);
    const loss = timed('loss', () => true, 'traffic', 2000);
    const report = await waitForSteady(view, [loss, lab], { withinMs: 20_000, now: view.now.bind(view) });
    expect(report.reached).to.equal(true);
    // first watched from 500 to 2500, after which the lab no longer held
    expect(loss.askedAtMs).to.deep.equal([500, 3025]);
    expect(report.elapsedMs).to.equal(5025);
  });

  it('names a probe that was never asked', async () => {
    const view = fakeLab([]);
    const items = [timed('lab', () => false), timed('loss', () => true, 'traffic')];
    const report = await waitForSteady(view, items, { withinMs: 100, now: view.now.bind(view) });
    expect(report.probes[1]).to.deep.include({ met: false, summary: 'not asked: others do not hold yet' });
  });

  it('stops at an interrupt', async () => {
    const stop = new AbortController();
    const view = fakeLab([], { signal: stop.signal });
    const item = timed('never', (ms) => {
      if (ms >= 500) stop.abort(new Error('interrupted'));
      return false;
    });
    let reason: unknown;
    await waitForSteady(view, [item], { withinMs: 60_000, now: view.now.bind(view) }).catch((error: unknown) => {
      reason = error;
    });
    expect((reason as Error).message).to.equal('interrupted');
  });
});
