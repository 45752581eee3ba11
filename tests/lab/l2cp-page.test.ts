import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { chromium } from 'playwright-core';
import { renderConsole, REPORTS } from '../../src/report/index.js';
import type { RunResult } from '../../src/run/result.js';
import { expecting, planOf, through, type Device } from '../unit/l2cp/synthetic.js';
import { buildResult } from '../unit/report/build-result.js';

/** Cuts every STP frame, takes every PAUSE, and passes the rest. */
const DEVICE: Device = ({ hex, row }) => {
  if (row === '07') return [];
  return [{ at: 'far', hex: row === '03' ? hex.slice(0, -8) : hex }];
};

function matrixResult(): RunResult {
  const base = expecting('PASS');
  const rules = [{ rows: '07', expect: expecting('PEER').rules[0]!.expect, note: 'a <note>' }, ...base.rules];
  const l2cp = through(planOf({ rows: ['X0', '03', '07', '28'], profile: { ...base, rules } }), DEVICE);
  return { ...buildResult({ fault: null }), analysis: null, flows: [], l2cp, verdict: l2cp.verdict };
}

describe('the matrix in reports', function () {
  this.timeout(60_000);

  it('has one JUnit case a row: failures and inconclusive rows are told apart', () => {
    const text = REPORTS.junit.render(matrixResult());
    expect(text.match(/<testcase /g)!.length).to.equal(4 * 8);
    expect(text.match(/<failure /g)!.length).to.equal(8);
    expect(text.match(/<error /g)!.length).to.equal(8);
    expect(text).to.contain('4 bytes cut off at the end (68 → 64)');
  });

  it('prints destination, type, name, expected, result and verdict on a terminal', () => {
    const text = renderConsole(matrixResult(), { colour: false });
    expect(text).to.match(/01:80:c2:00:00:00 +0x42 0x42 0x03 +STP +all ways +PASS +CHANGED +fail\n/);
    expect(text).to.match(/01:80:c2:00:00:01 +0x8808 0x0001 +PAUSE +all ways +PEER +NOT FORWARDED +inconclusive\n/);
    expect(text).to.contain('only a counter or a log of the device would prove it');
    expect(renderConsole(matrixResult(), { colour: true })).to.contain('\u001b[31mfail');
  });

  it('is filtered in the page without a script, and shows sent and received bytes side by side', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'l2cp-page-'));
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      chromiumSandbox: false,
      args: ['--disable-gpu'],
    });
    try {
      const file = join(folder, 'report.html');
      const html = REPORTS.html.render(matrixResult());
      expect(html).not.to.contain('<script');
      expect(html).to.contain('a &lt;note&gt;');
      await writeFile(file, html);
      const page = await (await browser.newContext({ javaScriptEnabled: true })).newPage();
      await page.goto(pathToFileURL(file).href);
      const shown = (): Promise<number> => page.locator('table.matrix tbody tr:visible').count();
      expect(await shown()).to.equal(32);
      await page.check('input.m-fail');
      expect(await shown()).to.equal(8);
      await page.check('input.m-backward');
      expect(await shown()).to.equal(4);
      await page.check('input.m-double-tagged');
      expect(await shown()).to.equal(1);
      const details = page.locator('#matrix details:visible');
      expect(await details.count()).to.equal(1);
      await details.locator('summary').click();
      const captions = await details.locator('figcaption').allInnerTexts();
      expect(captions[0]).to.match(/^sent \(l2cp-b-eth1\.pcap #\d+\)$/);
      expect(captions[1]).to.match(/^received at a:eth1 \(l2cp-a-eth1\.pcap #\d+\)$/);
      const [sent, received] = await details.locator('pre').allInnerTexts();
      expect(sent).to.contain('0000 01 80 c2 00 00 00');
      expect(received!.length).to.be.below(sent!.length);
    } finally {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
