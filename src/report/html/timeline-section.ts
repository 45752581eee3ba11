import type { RunResult } from '../../run/result.js';
import { eventWords } from '../rows.js';
import { accountText, burst, lengthText, stepOffset, stepSource, usedSteps } from '../timeline.js';
import { formatDurationUp } from '../../analysis/format.js';
import { markup, type Markup } from './markup.js';
import { bullets, mono, name, section, table } from './parts.js';

const MOST_ROWS = 200;

/** What the control plane did, and the outages laid against it; null where the scenario did not ask. */
export function timelineSection(result: RunResult): Markup | null {
  const timeline = result.analysis?.timeline;
  if (timeline === undefined) return null;
  const used = usedSteps(timeline);
  const rows = timeline.steps.map((step, index) => ({ step, index }));
  const shown = rows.length <= MOST_ROWS ? rows : rows.filter(({ index }) => used.has(index)).slice(0, MOST_ROWS);
  return section(
    'steps',
    'Steps of the control plane',
    table(
      [
        { title: 'flow' },
        { title: 'receiver' },
        { title: 'event' },
        { title: 'outage', number: true },
        { title: 'accounted for' },
        { title: 'unexplained', figure: true },
      ],
      timeline.outages.map((outage) => [
        name(outage.flow),
        name(outage.receiver),
        eventWords(result, outage.event),
        lengthText(outage),
        name(accountText(timeline, outage)),
        outage.unexplainedNs === 0 ? '–' : formatDurationUp(outage.unexplainedNs),
      ]),
    ) ?? markup`<p>Nothing was lost, so there is nothing to lay against the steps.</p>`,
    table(
      [
        { title: 'after the fault', number: true },
        { title: 'step' },
        { title: 'at' },
        { title: 'what' },
        { title: 'evidence' },
      ],
      shown.map(({ step }) => [
        stepOffset(result, step),
        step.kind,
        name(step.node),
        name(`${step.what}${burst(step)}`),
        mono(stepSource(step)),
      ]),
    ) ?? markup`<p>No step was found.</p>`,
    shown.length < rows.length ? markup`<p>${rows.length - shown.length} more are in result.json.</p>` : null,
    bullets(timeline.problems),
    markup`<p class="small">A step accounts for the time before it, as far as the timer reaches that ends in it (the scenario's <code>steps</code>, its own packets, or the default). That it caused the repair is not proven. What no step reaches is unexplained; the wait for the flow's next packet is not counted.</p>`,
  );
}
