import { formatDuration } from '../../core/duration.js';
import { instantFromText, instantToIso } from '../../core/instant.js';
import type { Histogram } from '../../history/histogram.js';
import type { SeedSet } from '../../history/seed-set.js';
import { markup, type Markup } from '../html/markup.js';
import { htmlPage } from '../html/page.js';
import { facts, mono, name, outcomeMark, section, table } from '../html/parts.js';
import { formatElapsed } from '../text/figures.js';
import {
  againText,
  clockOfSet,
  eventText,
  figureCells,
  FIGURE_TITLES,
  remarkText,
  samplingText,
  SET_METHOD,
} from './words.js';

/** A set of seeds as one self-contained page. The same set gives the same bytes. */
export function renderSeedHtml(set: SeedSet, css: string): string {
  const about = [set.lab.topology, set.lab.runtime, set.lab.software, clockOfSet(set)].filter((part) => part !== '');
  const when = markup`${set.id} · ${instantToIso(instantFromText(set.startedAt)).slice(0, 19).replace('T', ' ')} UTC · took ${formatElapsed(set.elapsedMs)}, ${set.jobs} guests side by side`;
  return htmlPage({
    ...{ kind: 'Distribution over seeds', title: set.scenario.name, verdict: set.verdict, about, when, css },
    description: set.scenario.description,
    body: markup`${outageSection(set)}${seedSection(set)}${methodSection(set)}`,
  });
}

function outageSection(set: SeedSet): Markup {
  const figures = set.outages.map((outage) => {
    const plot = outage.without === outage.n || outage.histogram === null ? null : histogramPlot(outage.histogram);
    if (plot === null) return null;
    return markup`<figure><figcaption>${name(outage.flow)} at ${name(outage.receiver)}, ${eventText(set, outage)} <span>${name(remarkText(outage))}</span></figcaption>${plot}</figure>
`;
  });
  const worst = set.outages.find(({ n, without }) => without < n);
  return section(
    'outages',
    'Outages over all seeds',
    table(
      [
        { title: 'flow' },
        { title: 'receiver' },
        { title: 'event' },
        ...FIGURE_TITLES.map((title) => ({ title, figure: title !== 'n', number: title === 'n' })),
        { title: '' },
      ],
      set.outages.map((outage) => [
        name(outage.flow),
        name(outage.receiver),
        eventText(set, outage),
        ...figureCells(outage),
        remarkText(outage),
      ]),
      'result',
    ) ?? markup`<p>No seed came to a figure.</p>`,
    worst === undefined ? null : markup`<p>The worst again: ${mono(againText(set, worst))}</p>`,
    figures,
  );
}

const SIZE = { width: 1040, height: 150, left: 40, right: 1030, top: 16, bottom: 34 };

/** Bars over the bins, their ends below. */
function histogramPlot({ fromNs, binNs, counts }: Histogram): Markup {
  const top = Math.max(...counts);
  const step = (SIZE.right - SIZE.left) / counts.length;
  const base = SIZE.height - SIZE.bottom;
  const round = (value: number): number => Math.round(value * 10) / 10;
  const bars = counts.map((count, index) => {
    const height = (count / top) * (base - SIZE.top);
    const x = SIZE.left + index * step;
    const every = Math.ceil(counts.length / 10);
    return markup`${
      count === 0
        ? null
        : markup`<rect class="bar" x="${round(x + 1)}" y="${round(base - height)}" width="${round(Math.max(1, step - 2))}" height="${round(height)}"/><text class="tick" x="${round(x + step / 2)}" y="${round(base - height - 3)}">${count}</text>`
    }${index % every === 0 ? markup`<text class="tick" x="${round(x)}" y="${base + 15}">${formatDuration(fromNs + index * binNs)}</text>` : null}`;
  });
  return markup`<svg class="rate" role="img" aria-label="How often each outage came out" viewBox="0 0 ${SIZE.width} ${SIZE.height}"><path class="axis" d="M${SIZE.left} ${base}H${SIZE.right}"/>${bars}<text class="tick" x="${(SIZE.left + SIZE.right) / 2}" y="${SIZE.height - 4}">largest outage, ${formatDuration(binNs)} a bar; seeds above each</text></svg>`;
}

function seedSection(set: SeedSet): Markup {
  return section(
    'seeds',
    'Seeds',
    table(
      [{ title: 'seed', number: true }, { title: 'run' }, { title: 'verdict' }, { title: 'why' }],
      set.seeds.map(({ seed, runId, outcome, reasons }) => [
        String(seed),
        runId === null ? '–' : mono(runId),
        outcomeMark(outcome),
        name(reasons.join('; ')),
      ]),
    ),
  );
}

function methodSection(set: SeedSet): Markup {
  const { record } = set;
  return section(
    'method',
    'Method and origin',
    markup`<p>${SET_METHOD}</p>`,
    facts([
      ['Clock', name(set.clock.meaning)],
      ['Sampled', name(samplingText(set))],
      ['Fault', set.fault === null ? 'none: a control' : name(set.fault.summary)],
      ['Command', mono(set.argv.join(' '))],
      ['faultline', name(set.faultline)],
      ['Scenario', markup`${mono(set.scenario.file)}<br><code class="hash">${set.scenario.sha256}</code>`],
      ['Topology', markup`${mono(set.lab.topology)}<br><code class="hash">${set.lab.topologySha256}</code>`],
      [
        'Kernel',
        record?.kernel === undefined
          ? null
          : markup`Linux ${name(record.kernel.release)}<br><code class="hash">${record.kernel.sha256}</code>`,
      ],
    ]),
  );
}
