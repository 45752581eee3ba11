import { instantFromText, instantToIso, nsBetween, NS_PER_MS } from '../../core/instant.js';
import type { RunResult } from '../../run/result.js';
import { formatElapsed, formatOffset } from '../text/figures.js';
import { truncate, visible } from '../text/visible.js';
import { markup, type Markup, type Part } from './markup.js';
import { facts, mono, name, section, table } from './parts.js';

const ROW = 22;
const LABELS = 190;
const WIDTH = 1040;

/** The phases of the run as bars over time. */
export function phaseSection(result: RunResult): Markup | null {
  const phases = result.phases;
  if (phases.length === 0) return null;
  const start = result.run.startedAt;
  const startMs = (from: string): number => nsBetween(instantFromText(start), instantFromText(from)) / NS_PER_MS;
  const ends = phases.map((phase) => startMs(phase.from) + phase.elapsedMs);
  const first = Math.min(0, ...phases.map((phase) => startMs(phase.from)));
  const span = Math.max(...ends) - first || 1;
  const x = (ms: number): number => Math.round((LABELS + ((ms - first) / span) * (WIDTH - LABELS - 240)) * 10) / 10;
  const bars = phases.map((phase, index) => {
    const left = x(startMs(phase.from));
    const width = Math.max(2, x(startMs(phase.from) + phase.elapsedMs) - left);
    const y = index * ROW + 4;
    const took = `${formatElapsed(phase.elapsedMs)} · ${truncate(visible(phase.outcome), 34)}`;
    return markup`<g><title>${phase.name}: ${formatOffset(start, phase.from)}, ${formatElapsed(phase.elapsedMs)}, ${phase.outcome}</title>
<text class="label" x="0" y="${y + 12}">${truncate(visible(phase.name), 28)}</text><rect x="${left}" y="${y + 1}" width="${width}" height="14" rx="2"/><text class="took" x="${left + width + 7}" y="${y + 12}">${took}</text></g>
`;
  });
  const height = phases.length * ROW + 8;
  return section(
    'phases',
    'Phases',
    markup`<svg class="phases" role="img" aria-label="Phases of the run" viewBox="0 0 ${WIDTH} ${height}">${bars}</svg>`,
  );
}

/** What ran: versions and hashes of everything. */
export function originSection(result: RunResult): Markup {
  const { run, scenario, lab } = result;
  return section(
    'origin',
    'What ran',
    facts([
      ['Run', mono(run.id)],
      ['Started', instantToIso(instantFromText(run.startedAt))],
      ['Took', formatElapsed(run.elapsedMs)],
      ['Command', mono(run.argv.join(' '))],
      ['faultline', `${run.faultline}, Node ${run.node}`],
      ['Host', `${run.host.machine}, Linux ${run.host.kernel}, ${run.host.cpus} processors`],
      ['Scenario', markup`${mono(scenario.file)}<br><code class="hash">${scenario.sha256}</code>`],
      [
        'Topology',
        markup`${mono(lab.topology)}, lab ${mono(lab.name)}<br><code class="hash">${lab.topologySha256}</code>`,
      ],
      ['Runtime', lab.runtime],
      ...recordFacts(result),
    ]),
    table(
      [
        { title: 'node' },
        { title: 'role' },
        { title: 'kind' },
        { title: 'software that ran' },
        { title: 'image named' },
      ],
      lab.nodes.map((node) => [
        name(node.name),
        name(node.role ?? '–'),
        name(node.kind),
        node.substituted ? markup`<strong>${name(node.software)}</strong> (instead of the image)` : name(node.software),
        mono(node.image === '' ? '–' : node.image),
      ]),
    ),
  );
}

/** Hashes of what it was made from, and how to run it again. */
function recordFacts({ record, run, clock }: RunResult): (readonly [string, Part])[] {
  if (record === undefined) return [];
  const hashes = (all: readonly { readonly name: string; readonly sha256: string }[]): Markup =>
    markup`<details><summary>${all.length} of them</summary>${all.map((one) => markup`${mono(one.name)}<br><code class="hash">${one.sha256}</code><br>`)}</details>`;
  return [
    ['faultline’s programs', markup`<code class="hash">${record.programSha256}</code>`],
    [
      'Lab kernel',
      record.kernel === undefined
        ? null
        : markup`Linux ${name(record.kernel.release)}, ${name(record.kernel.source)}<br><code class="hash">${record.kernel.sha256}</code>`,
    ],
    [
      'Images',
      record.images === undefined
        ? null
        : markup`${record.images.map((image) => markup`${mono(image.name)}, ${image.packages} packages<br><code class="hash">${image.packagesSha256}</code><br>`)}`,
    ],
    [
      'Stood in for images',
      record.imageMap === undefined
        ? null
        : mono(record.imageMap.map(({ asked, used }) => `${used} for ${asked}`).join(', ')),
    ],
    [
      'Variables',
      record.variables === undefined
        ? null
        : mono(
            Object.entries(record.variables)
              .map(([key, value]) => `${key}=${value}`)
              .join(' '),
          ),
    ],
    ['Input files', hashes(record.inputs.map(({ path, sha256 }) => ({ name: path, sha256 })))],
    ['Of the host', record.outside.length === 0 ? null : mono(record.outside.join(', '))],
    ['Again, to the byte', clock.kind === 'virtual' ? mono(`faultline verify runs/${run.id}`) : null],
  ];
}
