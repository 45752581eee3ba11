import { formatBounded } from '../../analysis/format.js';
import { formatDuration } from '../../core/duration.js';
import type { OutageDistribution } from '../../history/distribution.js';
import type { Histogram } from '../../history/histogram.js';
import { rangesText, type SeedSet } from '../../history/seed-set.js';

/** `virtual clock, seeds 1–100` */
export function clockOfSet(set: SeedSet): string {
  return `${set.clock.kind} clock, seeds ${rangesText(set.seeds.map(({ seed }) => seed))}`;
}

/** How far the phases of periodic timers were sampled, one line. */
export function samplingText(set: SeedSet): string {
  const start = 'each seed draws the kernel’s randomness, the time of day and when each node’s daemons start';
  if (set.fault === null) return `${start}; no fault was applied`;
  const { atNs, windowNs } = set.fault;
  return windowNs === 0
    ? `${start}; the fault always comes ${formatDuration(atNs)} after the steady state: the scenario states no window, so timers that began together with it are met in one phase only`
    : `${start}, and the instant of the fault from ${formatDuration(atNs)} to ${formatDuration(atNs + windowNs)} after the steady state`;
}

/** The row's figures: n, min, median, p95, max, worst seed. */
export function figureCells(outage: OutageDistribution): readonly string[] {
  return [
    String(outage.n),
    ...[outage.min, outage.median, outage.p95, outage.max].map((figure) =>
      figure.valueNs === 0 && figure.open !== true ? '–' : formatBounded(figure),
    ),
    outage.n === outage.without ? '–' : `seed ${outage.worst.seed}`,
  ];
}

export const FIGURE_TITLES = ['n', 'min', 'median', 'p95', 'max', 'worst'] as const;

export function eventText(set: SeedSet, outage: OutageDistribution): string {
  if (outage.event === 'reversion') return 'return';
  return set.fault === null ? 'whole observation' : 'initial';
}

/** `nothing was lost in 3 of 20; in 1 the end was not seen`; empty where there is nothing to add. */
export function remarkText({ n, without, open }: OutageDistribution): string {
  return [
    without === n ? 'nothing was lost in any' : without > 0 ? `nothing was lost in ${without} of ${n}` : '',
    open > 0 ? `the end was not seen in ${open} of ${n}` : '',
  ]
    .filter((text) => text !== '')
    .join('; ');
}

const BARS = ' ▁▂▃▄▅▆▇█';

/** `29 s ▂▁▅█▇▃ 41 s, 500 ms a bar`: the ends are those of the first and the last bin. */
export function sparkline({ fromNs, binNs, counts }: Histogram): string {
  const top = Math.max(...counts);
  const bars = counts.map((count) => BARS[count === 0 ? 0 : Math.max(1, Math.round((count / top) * 8))]).join('');
  const end = fromNs + binNs * counts.length;
  return `${formatDuration(fromNs)} ${bars.replaceAll(' ', '·')} ${formatDuration(end)}, ${formatDuration(binNs)} a bar`;
}

export function againText(set: SeedSet, outage: OutageDistribution): string {
  return `faultline run ${set.scenario.file} --clock virtual --seed ${outage.worst.seed}`;
}

/** How the figures are to be read. */
export const SET_METHOD =
  'Largest outage of each run. Percentiles by nearest rank; each lies in the interval that the same rank of the intervals’ ' +
  'ends gives. Runs that came to no pass or fail are in no figure, and are named. All runs are of one scenario by one ' +
  'clock on one kernel, and differ in their seed only.';
