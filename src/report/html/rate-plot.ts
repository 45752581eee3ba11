import { extent, max, range } from 'd3-array';
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';
import type { FlowMeasurement, LossPeriod } from '../../analysis/types.js';
import { instantFromText, nsBetween, NS_PER_SECOND, type InstantText } from '../../core/instant.js';
import type { RunResult } from '../../run/result.js';
import { largestPeriod, MAIN_EVENT, periodText } from '../rows.js';
import { formatCount } from '../text/figures.js';
import { markup, type Markup } from './markup.js';

const SIZE = { width: 1040, height: 176, top: 22, bottom: 34 };
const WHOLE = { left: 62, right: 1030 };
const WHOLE_BESIDE_ZOOM = { left: 62, right: 640 };
const ZOOM = { left: 716, right: 1030 };
const MAX_STEPS = 500;
/** Pixels: wide enough to be seen beside the mark of the fault. */
const MIN_SHADE = 4;

interface Panel {
  readonly left: number;
  readonly right: number;
  /** Seconds after the origin. */
  readonly from: number;
  readonly to: number;
}

/** Lowest and highest rate of one step of the plot; several bins where there are more of them than pixels. */
interface Step {
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Packets per second that reached one receiver, over time around the fault: the whole window, and the largest outage
 * enlarged. Outages are shaded, fault and revert marked. Seconds count from the fault, without one from the start.
 */
export function ratePlot(result: RunResult, measurement: FlowMeasurement): Markup | null {
  const { rate } = measurement;
  if (rate.counts.length === 0) return null;
  const origin = result.fault?.appliedFrom ?? rate.from;
  const secondsAt = (at: InstantText): number =>
    nsBetween(instantFromText(origin), instantFromText(at)) / NS_PER_SECOND;
  const from = secondsAt(rate.from);
  const binS = rate.binNs / NS_PER_SECOND;
  const to = from + rate.counts.length * binS;
  const period = largestPeriod(measurement, MAIN_EVENT) ?? largestOf(measurement.periods);
  const top = Math.max(max(rate.counts) ?? 0, rate.binNs / measurement.intervalNs, 1) / binS;
  const y = scaleLinear()
    .domain([0, top * 1.06])
    .range([SIZE.height - SIZE.bottom, SIZE.top]);
  const spans = measurement.periods.map((each) => spanOf(each, secondsAt, to));
  const whole: Panel = { ...(period === null ? WHOLE : WHOLE_BESIDE_ZOOM), from, to };
  const panels = [whole];
  if (period !== null) {
    const span = spanOf(period, secondsAt, to);
    const pad = Math.max((span.to - span.from) * 0.45, 2 * binS, 0.01);
    panels.push({ ...ZOOM, from: Math.max(from, span.from - pad), to: Math.min(to, span.to + pad) });
  }
  const draw = (panel: Panel, index: number): Markup => {
    const isZoom = index === 1;
    const x = scaleLinear().domain([panel.from, panel.to]).range([panel.left, panel.right]);
    const steps = stepsOf(rate.counts, binS, from, panel);
    const shape = (of: (step: Step) => number): string =>
      area<Step>()
        .x((step) => x(step.at))
        .y0(y(0))
        .y1((step) => y(of(step)))
        .curve(curveStepAfter)
        .digits(1)(steps) ?? '';
    return markup`<path class="high" d="${shape((step) => step.high)}"/><path class="low" d="${shape((step) => step.low)}"/>${spans.map((span) => spanMarkup(span, x, panel))}
${axes(x, y, panel, isZoom)}${marks(result, secondsAt, x, panel)}${
      isZoom && period !== null
        ? markup`<text class="note" x="${panel.right}" y="${SIZE.top - 9}">${periodText(period)}</text>`
        : null
    }`;
  };
  const offered = round(y(NS_PER_SECOND / measurement.intervalNs));
  return markup`<svg class="rate" role="img" aria-label="Rate of ${measurement.flow} at ${measurement.receiver}" viewBox="0 0 ${SIZE.width} ${SIZE.height}">
<text class="unit" x="${WHOLE.left - 54}" y="${SIZE.top - 10}">packets/s</text>
${panels.map(draw)}${panels.map((panel) => markup`<path class="offered" d="M${panel.left} ${offered}H${panel.right}"/>`)}
</svg>`;
}

function largestOf(periods: readonly LossPeriod[]): LossPeriod | null {
  return periods.reduce<LossPeriod | null>(
    (top, each) => (top === null || each.outage.valueNs > top.outage.valueNs ? each : top),
    null,
  );
}

/** From the last good packet to the first good one; where one is missing, by the send times of the lost ones. */
function spanOf(period: LossPeriod, secondsAt: (at: InstantText) => number, end: number): { from: number; to: number } {
  return {
    from: secondsAt(period.lastGood?.at ?? period.firstLostSentAt),
    to: period.firstGood === null ? end : secondsAt(period.firstGood.at),
  };
}

function stepsOf(counts: readonly number[], binS: number, from: number, panel: Panel): Step[] {
  const first = Math.max(0, Math.floor((panel.from - from) / binS));
  const last = Math.min(counts.length, Math.ceil((panel.to - from) / binS));
  const size = Math.max(1, Math.ceil((last - first) / MAX_STEPS));
  const steps = range(first, last, size).map((start) => {
    const [low = 0, high = 0] = extent(counts.slice(start, Math.min(start + size, last)));
    return { at: Math.max(panel.from, from + start * binS), low: low / binS, high: high / binS };
  });
  const end = steps.at(-1);
  return end === undefined ? [] : [...steps, { ...end, at: panel.to }];
}

function spanMarkup(span: { from: number; to: number }, x: ScaleLinear<number, number>, panel: Panel): Markup | null {
  if (span.to < panel.from || span.from > panel.to) return null;
  const left = x(Math.max(span.from, panel.from));
  const width = Math.max(MIN_SHADE, x(Math.min(span.to, panel.to)) - left);
  return markup`<rect class="outage" x="${round(left)}" y="${SIZE.top}" width="${round(width)}" height="${SIZE.height - SIZE.top - SIZE.bottom}"/>`;
}

function axes(x: ScaleLinear<number, number>, y: ScaleLinear<number, number>, panel: Panel, isZoom: boolean): Markup {
  const base = SIZE.height - SIZE.bottom;
  const xTicks = x.ticks(isZoom ? 5 : 8);
  const yTicks = isZoom ? [] : y.ticks(3);
  return markup`<path class="axis" d="M${panel.left} ${SIZE.top}V${base}H${panel.right}"/>${xTicks.map(
    (tick) =>
      markup`<path class="axis" d="M${round(x(tick))} ${base}v4"/><text class="tick" x="${round(x(tick))}" y="${base + 15}">${tickText(tick)}</text>`,
  )}${yTicks.map(
    (tick) =>
      markup`<path class="grid" d="M${panel.left} ${round(y(tick))}H${panel.right}"/><text class="tick left" x="${panel.left - 6}" y="${round(y(tick) + 3.5)}">${formatCount(tick)}</text>`,
  )}<text class="tick" x="${(panel.left + panel.right) / 2}" y="${SIZE.height - 4}">${isZoom ? 'the largest outage, seconds' : 'seconds'}</text>`;
}

function marks(
  result: RunResult,
  secondsAt: (at: InstantText) => number,
  x: ScaleLinear<number, number>,
  panel: Panel,
): Markup[] {
  const fault = result.fault;
  if (fault === null) return [];
  const all = [
    { label: 'fault', from: secondsAt(fault.appliedFrom), to: secondsAt(fault.appliedTo) },
    ...(fault.revertFrom === null
      ? []
      : [{ label: 'revert', from: secondsAt(fault.revertFrom), to: secondsAt(fault.revertTo ?? fault.revertFrom) }]),
  ];
  return all
    .filter((mark) => mark.to >= panel.from && mark.from <= panel.to)
    .map((mark) => {
      const left = round(x(Math.max(mark.from, panel.from)));
      const width = Math.max(1.5, round(x(Math.min(mark.to, panel.to)) - left));
      return markup`<rect class="mark ${mark.label}" x="${left}" y="${SIZE.top - 6}" width="${width}" height="${SIZE.height - SIZE.bottom - SIZE.top + 6}"/><text class="mark ${mark.label}" x="${left}" y="${SIZE.top - 9}">${mark.label}</text>`;
    });
}

function tickText(seconds: number): string {
  return String(Number(seconds.toFixed(6))).replace('-', '−');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
