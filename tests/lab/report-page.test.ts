import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core';
import { runCommand } from '../../src/process/command.js';
import { pdfCommand, REPORTS } from '../../src/report/index.js';
import type { RunResult } from '../../src/run/result.js';
import { at, buildResult, hostileResult } from '../unit/report/build-result.js';

const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface Seen {
  readonly text: string;
  readonly screenshot: Buffer;
  /** Everything that a page that only shows itself does not do. */
  readonly misdeeds: readonly string[];
  readonly scripts: number;
  readonly width: { readonly content: number; readonly window: number };
}

describe('report.html in a browser', function () {
  this.timeout(120_000);
  let browser: Browser;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-page-'));
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', chromiumSandbox: false, args: ARGS });
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function show(
    html: string,
    options: BrowserContextOptions = {},
    media: 'screen' | 'print' = 'screen',
  ): Promise<Seen> {
    const file = join(folder, 'report.html');
    await writeFile(file, html);
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    try {
      const page = await context.newPage();
      await page.emulateMedia({ media });
      const misdeeds: string[] = [];
      page.on('dialog', (dialog) => {
        misdeeds.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('request', (request) => {
        if (request.url() !== pathToFileURL(file).href) misdeeds.push(`request ${request.url()}`);
      });
      page.on('pageerror', (error) => misdeeds.push(`error ${error.message}`));
      page.on('console', (message) => misdeeds.push(`console ${message.text()}`));
      await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
      const screenshot = await page.screenshot({ fullPage: true });
      return {
        text: await page.locator('body').innerText(),
        screenshot,
        misdeeds,
        scripts: await page.locator('script, img, iframe, object, embed, link, a[href], [onerror], [onload]').count(),
        width: await page.evaluate<Seen['width']>(
          '({ content: document.documentElement.scrollWidth, window: innerWidth })',
        ),
      };
    } finally {
      await context.close();
    }
  }

  /** Distinct colours in a screenshot: a blank page has one. */
  async function colours(png: Buffer): Promise<number> {
    const page = await browser.newPage();
    try {
      return await page.evaluate<number>(`(async () => {
        const image = new Image();
        image.src = 'data:image/png;base64,${png.toString('base64')}';
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
        canvas.drawImage(image, 0, 0);
        const pixels = new Uint32Array(canvas.getImageData(0, 0, image.width, image.height).data.buffer);
        return new Set(pixels).size;
      })()`);
    } finally {
      await page.close();
    }
  }

  it('shows the verdict, the figures with uncertainty and evidence, the hashes and how to compute them again', async () => {
    const seen = await show(REPORTS.html.render(buildResult()));
    expect(seen.misdeeds).to.deep.equal([]);
    expect(seen.scripts).to.equal(0);
    for (const text of [
      'PASS',
      'The RP dies',
      '1.032 s ± 1 ms',
      'rx-desk1.pcap #10417–#10418',
      'core1 killed (RP of 239.1.1.1 for edge1)',
      'OSPF dead interval 1 s + SPF 50 ms + join',
      'Initial event',
      'Reversion event',
      'Full convergence time',
      '836 ms … 1.038 s',
      'RFC 6413',
      '2'.repeat(64),
      'faultline analyze runs/2026-09-21T13-33-20-rp-death',
      'CLOCK_REALTIME of the host',
      'what ran is FRR 8.4.4',
      'Carried out by',
    ]) {
      expect(seen.text).to.contain(text);
    }
    expect(seen.screenshot.length).to.be.greaterThan(50_000);
    expect(await colours(seen.screenshot)).to.be.greaterThan(100);
    expect(seen.width.content).to.be.at.most(seen.width.window);
  });

  it('is drawn in colours of its own at night: the style sheet got past the content security policy', async () => {
    const html = REPORTS.html.render(buildResult());
    const day = await show(html, { colorScheme: 'light' });
    const night = await show(html, { colorScheme: 'dark' });
    expect(night.text).to.equal(day.text);
    expect(night.screenshot.equals(day.screenshot)).to.equal(false);
  });

  it('fits the width of an A4 page in print, in the colours of paper', async () => {
    const html = REPORTS.html.render(buildResult({ lostOnReturn: 34 }));
    const page = { width: 703, height: 900 };
    const seen = await show(html, { viewport: page, colorScheme: 'dark' }, 'print');
    expect(seen.width.content).to.be.at.most(seen.width.window);
    const light = await show(html, { viewport: page, colorScheme: 'light' }, 'print');
    expect(light.screenshot.equals(seen.screenshot)).to.equal(true);
  });

  it('renders the same picture twice', async () => {
    const first = await show(REPORTS.html.render(buildResult()));
    const second = await show(REPORTS.html.render(buildResult()));
    expect(second.screenshot.equals(first.screenshot)).to.equal(true);
  });

  it('shows hostile names and device output as text: nothing runs, nothing is fetched', async () => {
    const seen = await show(REPORTS.html.render(hostileResult()));
    expect(seen.misdeeds).to.deep.equal([]);
    expect(seen.scripts).to.equal(0);
    expect(seen.text).to.contain('<script>alert(1)</script>');
    expect(seen.text).to.contain('"><img src=x onerror=alert(2)>');
    expect(seen.text).to.contain(']]><!--');
    expect(seen.text).to.contain('⟨U+202E⟩deadcore⟨U+202C⟩⟨U+200F⟩');
    expect(seen.text).to.contain('</style><style>body{background:url(https://example.net/x)}');
    expect(seen.text).to.contain('Carried out by');
    expect(seen.text).not.to.match(/[\u200f\u202a-\u202e]/);
    expect(await colours(seen.screenshot)).to.be.greaterThan(100);
    expect(seen.width.content).to.be.at.most(seen.width.window);
  });

  it('would not run a script even if one got in', async () => {
    const html = REPORTS.html.render(buildResult()).replace('<main>', '<main><script>alert(1)</script>');
    const seen = await show(html);
    expect(seen.misdeeds.join('\n')).to.match(/Content Security Policy/);
    expect(seen.misdeeds.join('\n')).not.to.contain('dialog');
  });

  const base = buildResult();
  const others: readonly (readonly [string, RunResult, readonly string[]])[] = [
    [
      'a failed run',
      buildResult({ lost: 2210, lostOnReturn: 34 }),
      ['FAIL', '34 ms ± 1 ms', '2.21 s ± 1 ms, limit 1.5 s'],
    ],
    [
      'an outage without an end',
      buildResult({ lost: 29_990, neverRecovers: true }),
      [
        'at least 29.98 s, never recovered',
        'First route convergence time\tnot reached',
        'Full convergence time\tnot reached',
      ],
    ],
    ['a control', buildResult({ fault: null }), ['a control', 'Not one packet was lost']],
    [
      'an inconclusive run',
      { ...base, verdict: { outcome: 'inconclusive', reasons: ['core2 never became full'] } },
      ['INCONCLUSIVE', 'core2 never became full'],
    ],
    [
      'a run that came to nothing',
      {
        ...base,
        lab: { ...base.lab, nodes: [], links: [] },
        phases: [{ name: 'up', from: at(0), elapsedMs: 0, outcome: 'failed' }],
        steady: { before: null, after: null },
        flows: [],
        fault: null,
        captures: [],
        analysis: null,
        verdict: { outcome: 'error', reasons: ['the lab did not come up'] },
      },
      ['ERROR', 'Nothing was measured', 'Nothing was captured'],
    ],
  ];
  for (const [what, result, texts] of others) {
    it(`shows ${what}`, async () => {
      const seen = await show(REPORTS.html.render(result));
      expect(seen.misdeeds).to.deep.equal([]);
      for (const text of texts) expect(seen.text).to.contain(text);
      expect(seen.text).not.to.match(/undefined|NaN|\[object/);
      if (what === 'an outage without an end') expect(seen.text).not.to.match(/29\.99\d* s ±/);
      expect(seen.width.content).to.be.at.most(seen.width.window);
    });
  }

  it('draws no attribute that is not a number', () => {
    for (const result of [base, hostileResult(), ...others.map(([, each]) => each)]) {
      expect(REPORTS.html.render(result)).not.to.match(/NaN|Infinity|undefined/);
    }
  });

  it('prints to a PDF', async () => {
    const html = join(folder, 'report.html');
    await writeFile(html, REPORTS.html.render(buildResult()));
    const pdf = join(folder, 'report.pdf');
    await runCommand(pdfCommand({ html, pdf, profileDir: join(folder, 'profile') }), { timeoutMs: 90_000 });
    const head = await runCommand(['head', '-c', '5', pdf]);
    expect(head.stdout).to.equal('%PDF-');
  });
});
