import { createHash } from 'node:crypto';
import { instantFromText, instantToIso } from '../../core/instant.js';
import type { MatrixResult } from '../../l2cp/matrix.js';
import type { RunResult } from '../../run/result.js';
import { clockOf, softwareOf } from '../rows.js';
import { formatElapsed } from '../text/figures.js';
import { shownVerdict, type RunVerdict } from '../verdict.js';
import { eventSection } from './event-tables.js';
import { Markup, markup } from './markup.js';
import { matrixSection } from './matrix-section.js';
import { ordersSection } from './orders-section.js';
import { originSection, phaseSection } from './origin.js';
import { bullets, name, section } from './parts.js';
import { ratePlot } from './rate-plot.js';
import {
  captureSection,
  delaySection,
  faultFacts,
  limitsSection,
  lossPeriodSection,
  methodSection,
  notesSection,
  resultSection,
  steadySection,
} from './sections.js';
import { parameterSection } from './parameters.js';
import { timelineSection } from './timeline-section.js';
import { topologyDrawing } from './topology.js';

/**
 * The report as one HTML file that refers to nothing outside itself and runs nothing: no script, no picture, no font;
 * its content security policy allows only the style sheet it carries, by hash. The same result gives the same bytes.
 * @param css the style sheet, `reports/report.css`
 */
export function renderHtml(result: RunResult, css: string): string {
  const verdict = shownVerdict(result);
  const about = [result.lab.topology, result.lab.runtime, softwareOf(result), clockOf(result)].filter(
    (part) => part !== '',
  );
  const when = markup`${result.run.id} · ${instantToIso(instantFromText(result.run.startedAt)).slice(0, 19).replace('T', ' ')} UTC · took ${formatElapsed(result.run.elapsedMs)}`;
  return htmlPage({
    ...{ kind: 'Acceptance report', title: result.scenario.name, verdict, about, when, css },
    description: result.scenario.description,
    body: result.l2cp === undefined ? flowSections(result) : matrixSections(result, result.l2cp),
  });
}

/** One self-contained page, with its verdict on top. */
export function htmlPage(page: {
  readonly kind: string;
  readonly title: string;
  readonly verdict: RunVerdict;
  readonly about: readonly string[];
  readonly when: Markup;
  readonly description: string | null;
  readonly body: Markup;
  readonly css: string;
}): string {
  const { verdict, css } = page;
  const styleHash = createHash('sha256').update(css, 'utf8').digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${verdict.outcome.toUpperCase()}: ${page.title}</title>
<style>${new Markup(css)}</style>
</head>
<body>
<header class="${verdict.outcome}">
<p class="kind">${page.kind}</p>
<div class="verdict"><h1>${name(page.title)}</h1><p class="badge">${verdict.outcome.toUpperCase()}</p></div>
<p class="about">${page.about.map((part, index) => markup`${index === 0 ? null : ' · '}${name(part)}`)}</p>
<p class="about">${page.when}</p>
${page.description === null ? null : markup`<p>${name(page.description)}</p>`}
${bullets(verdict.reasons)}
</header>
<main>
${page.body}</main>
<footer><div><span>Carried out by</span></div><div><span>Accepted by</span></div><div><span>Date</span></div></footer>
</body>
</html>
`.text;
}

function flowSections(result: RunResult): Markup {
  return markup`${resultSection(result)}${ordersSection(result)}${notesSection(result)}${section(
    'topology',
    'Topology and fault',
    drawing(result),
    faultFacts(result.fault),
  )}${plots(result)}${parameterSection(result)}${[
    eventSection(result, 'before'),
    eventSection(result, 'initial'),
    eventSection(result, 'reversion'),
  ]}${timelineSection(result)}${limitsSection(result)}${lossPeriodSection(result)}${delaySection(result)}${steadySection(result)}${phaseSection(result)}${captureSection(result)}${methodSection(result)}${originSection(result)}`;
}

function matrixSections(result: RunResult, matrix: MatrixResult): Markup {
  return markup`${matrixSection(matrix)}${notesSection(result)}${section('topology', 'Topology', drawing(result))}${steadySection(result)}${phaseSection(result)}${captureSection(result)}${originSection(result)}`;
}

function drawing(result: RunResult): Markup | null {
  const svg = topologyDrawing(result);
  if (svg === null) return null;
  const key = (kind: string, words: string): Markup => markup`<li class="${kind}">${words}</li>`;
  return markup`<figure><div class="scroll">${svg}</div><figcaption><ul class="key">${key('sender', 'sends')}${key('receiver', 'receives')}${key('router', 'forwards')}${
    result.fault?.broken === undefined ? null : key('broken', 'broken by the fault')
  }</ul></figcaption></figure>`;
}

function plots(result: RunResult): Markup | null {
  const flows = result.analysis?.flows ?? [];
  const figures = flows.map((measurement) => {
    const svg = ratePlot(result, measurement);
    return svg === null
      ? null
      : markup`<figure><figcaption>${name(measurement.flow)} at ${name(measurement.receiver)} <span>${name(`(${measurement.source}, ${measurement.group})`)}</span></figcaption>${svg}</figure>
`;
  });
  const origin =
    result.fault === null ? 'the start of the traffic window' : 'the instant the fault began to be applied';
  return figures.every((figure) => figure === null)
    ? null
    : section(
        'rate',
        'Rate at each receiver',
        markup`<p class="small">Seconds count from ${origin}. Shaded: nothing arrived of what was sent, from the last good to the first good packet. Dashed: the offered rate. Where several bins share a step, the light area shows the highest, the dark one the lowest.</p>`,
        figures,
      );
}
