import { formatDuration } from '../../core/duration.js';
import { instantFromText, instantToIso, nsBetween } from '../../core/instant.js';
import type { JoinFigures } from '../../analysis/types.js';
import type { Json } from '../../core/json.js';
import type { FaultReport, RunResult } from '../../run/result.js';
import { METHOD_NOTES } from '../method.js';
import {
  doubtsOf,
  eventWords,
  isRemarkable,
  joinText,
  limitText,
  limitWords,
  measuredText,
  outageText,
  periodText,
  rowsOf,
  sourceText,
  substitutionsOf,
  type Row,
} from '../rows.js';
import { formatCount, formatElapsed, formatFrames, formatOffset } from '../text/figures.js';
import { markup, type Markup, type Part } from './markup.js';
import { bullets, facts, mono, name, outcomeMark, section, table } from './parts.js';

/** The lines that the verdict rests on: what the scenario is about, joins, the way back, and whatever went wrong before. */
export function resultSection(result: RunResult): Markup {
  const all = rowsOf(result).filter((row) => row.event !== 'before' || isRemarkable(row));
  const rows = [...all.filter((row) => row.event !== 'reversion'), ...all.filter((row) => row.event === 'reversion')];
  return section(
    'result',
    'Result',
    table(
      [
        { title: 'flow' },
        { title: 'receiver' },
        { title: 'event' },
        { title: 'sent', number: true },
        { title: 'lost', number: true },
        { title: 'outage', figure: true },
        { title: 'limit' },
        { title: 'evidence' },
        { title: 'verdict' },
      ],
      rows.map((row) => [
        name(row.flow),
        name(row.receiver),
        shortEvent(result, row.event),
        row.figures === null ? '' : formatCount(row.figures.sent),
        row.figures === null ? '' : formatCount(row.figures.lost),
        markup`<strong>${outageText(row)}</strong>`,
        limitText(row.judged),
        mono(sourceText(row)),
        outcomeMark(row.outcome),
      ]),
      'result',
    ) ?? markup`<p>Nothing was measured.</p>`,
  );
}

function shortEvent(result: RunResult, event: Row['event']): string {
  return eventWords(result, event).replace(' event', '').replace('whole observation', 'none');
}

export function notesSection(result: RunResult): Markup | null {
  const all = [...substitutionsOf(result), ...result.notes, ...doubtsOf(result)];
  return all.length === 0 ? null : section('notes', 'Notes and doubts', bullets(all));
}

export function faultFacts(fault: FaultReport | null): Markup {
  if (fault === null) return markup`<p>No fault was applied: a control.</p>`;
  const within = nsBetween(instantFromText(fault.appliedFrom), instantFromText(fault.appliedTo));
  const evidence = fault.firstEvidence;
  const pairs: (readonly [string, Part])[] = [
    ['Fault', name(fault.summary)],
    ['Kind', mono(fault.kind)],
    ['Options', isEmpty(fault.options) ? null : mono(JSON.stringify(fault.options))],
    ['Found by', isEmpty(fault.resolvedBy) ? null : foundBy(fault.resolvedBy)],
    ['Applied', markup`${instantToIso(instantFromText(fault.appliedFrom))}, within ${formatDuration(within)}`],
    ...waysFacts(fault.ways ?? []),
    [
      'First evidence',
      evidence === null
        ? 'none was recorded'
        : markup`${name(evidence.what)}, ${formatOffset(fault.appliedFrom, evidence.at)}${
            evidence.frame === null
              ? null
              : markup`, ${mono(`${evidence.frame.capture}.pcap #${evidence.frame.frame}`)}`
          }`,
    ],
    [
      'Reverted',
      fault.revertFrom === null
        ? 'not within the observation'
        : `${formatOffset(fault.appliedFrom, fault.revertFrom)} to ${fault.revertTo === null ? '?' : formatOffset(fault.appliedFrom, fault.revertTo)}`,
    ],
    ...fault.readings.map(
      (reading) => [reading.label, markup`${name(reading.node)}: ${mono(JSON.stringify(reading.data))}`] as const,
    ),
  ];
  return facts(pairs);
}

function isEmpty(json: Json): boolean {
  return json === null || (typeof json === 'object' && Object.keys(json).length === 0);
}

export function limitsSection(result: RunResult): Markup | null {
  const body = table(
    [
      { title: 'flow' },
      { title: 'receiver' },
      { title: 'event' },
      { title: 'limit' },
      { title: 'measured', figure: true },
      { title: 'verdict' },
      { title: 'why' },
    ],
    (result.analysis?.judged ?? []).map((judged) => [
      name(judged.flow),
      name(judged.receiver),
      shortEvent(result, judged.event),
      markup`${limitWords(judged)}${judged.because === undefined ? null : markup`<br><small>because ${name(judged.because)}</small>`}`,
      measuredText(judged),
      outcomeMark(judged.outcome),
      name(judged.reason),
    ]),
  );
  return body === null ? null : section('limits', 'Limits', body);
}

const MAX_PERIODS = 200;

export function lossPeriodSection(result: RunResult): Markup {
  const periods = (result.analysis?.flows ?? []).flatMap((flow) => flow.periods.map((period) => ({ flow, period })));
  const origin = result.fault?.appliedFrom ?? result.run.startedAt;
  const body = table(
    [
      { title: 'flow' },
      { title: 'receiver' },
      { title: 'event' },
      { title: 'first lost packet sent' },
      { title: 'lost', number: true },
      { title: 'sequence numbers' },
      { title: 'outage', figure: true },
      { title: 'sender stall', figure: true },
      { title: 'last and first good frame' },
    ],
    periods
      .slice(0, MAX_PERIODS)
      .map(({ flow, period }) => [
        name(flow.flow),
        name(flow.receiver),
        shortEvent(result, period.event),
        formatOffset(origin, period.firstLostSentAt),
        formatCount(period.lost),
        `${period.firstLostSeq} – ${period.lastLostSeq}`,
        periodText(period),
        formatDuration(period.senderStallNs),
        mono(formatFrames(period.lastGood, period.firstGood)),
      ]),
  );
  const more = periods.length - MAX_PERIODS;
  const seconds = result.fault === null ? 'the start of the run' : 'the fault';
  return section(
    'loss-periods',
    'Loss periods',
    body ?? markup`<p>Not one packet was lost.</p>`,
    body === null ? null : markup`<p class="small">Times count from ${seconds}.</p>`,
    more > 0 ? markup`<p>${more} more are in result.json.</p>` : null,
  );
}

export function delaySection(result: RunResult): Markup | null {
  const { readNs = 0 } = result.clock;
  const ms = (ns: number): string => (ns < readNs ? `< ${formatDuration(readNs)}` : formatDuration(ns));
  const body = table(
    [
      { title: 'flow' },
      { title: 'receiver' },
      { title: 'samples', number: true },
      { title: 'min', number: true },
      { title: 'median', number: true },
      { title: 'p99', number: true },
      { title: 'max', number: true },
      { title: 'PDV p99', number: true },
      { title: 'jitter', number: true },
      { title: 'reordering extent', number: true },
      { title: 'join delay' },
    ],
    (result.analysis?.flows ?? []).map(({ flow, receiver, delay, join, reorderingExtentMax }) => [
      name(flow),
      name(receiver),
      ...(delay === null
        ? ['0', '–', '–', '–', '–', '–', '–']
        : [
            formatCount(delay.samples),
            ...[delay.minNs, delay.medianNs, delay.p99Ns, delay.maxNs, delay.pdvP99Ns, delay.jitterNs].map(ms),
          ]),
      formatCount(reorderingExtentMax),
      join === null ? '–' : joinMethod(join),
    ]),
  );
  const note =
    readNs === 0
      ? null
      : markup`<p class="small">By the virtual clock a packet takes no time but what is configured, and reading the clock takes ${formatDuration(readNs)}: what lies below that is no measurement.</p>`;
  return body === null ? null : section('delay', 'One-way delay, reordering, join delay', body, note);
}

function joinMethod(join: JoinFigures): Markup {
  const why = join.methodReason === undefined ? null : markup`<br><small>${name(join.methodReason)}</small>`;
  return markup`${joinText(join).replace('joined in ', '')}, method ${join.method}${why}`;
}

export function steadySection(result: RunResult): Markup {
  const parts = (['before', 'after'] as const).map((when) => {
    const report = result.steady[when];
    if (report === null) return markup`<p>Steady state ${when}: not looked at.</p>`;
    return markup`<h3>${when === 'before' ? 'Before' : 'After'}: ${report.reached ? 'reached' : 'not reached'} ${report.reached ? 'after' : 'within'} ${formatElapsed(report.elapsedMs)}</h3>${table(
      [{ title: 'probe' }, { title: 'seen' }, { title: 'after', number: true }, { title: '' }],
      report.probes.map((probe) => [
        mono(probe.kind),
        name(probe.summary),
        formatElapsed(probe.afterMs),
        outcomeWord(probe.met),
      ]),
    )}`;
  });
  return section('steady', 'Control: the steady state before and after', parts);
}

function outcomeWord(met: boolean): Markup {
  return met ? markup`<span class="mark pass">met</span>` : markup`<span class="mark fail">not met</span>`;
}

export function captureSection(result: RunResult): Markup {
  const said = (value: number | null): string => (value === null ? 'not said' : formatCount(value));
  return section(
    'captures',
    'Captures',
    table(
      [
        { title: 'file, SHA-256' },
        { title: 'at' },
        { title: 'packets', number: true },
        { title: 'dropped (kernel)', number: true },
        { title: 'dropped (interface)', number: true },
        { title: 'bytes', number: true },
      ],
      result.captures.map((each) => [
        markup`${mono(each.file)}<br><code class="hash">${each.sha256}</code>`,
        name(`${each.node}:${each.interface}`),
        said(each.captured),
        said(each.droppedByKernel),
        said(each.droppedByInterface),
        formatCount(each.bytes),
      ]),
    ) ?? markup`<p>Nothing was captured.</p>`,
    markup`<p>Every figure again, from these files and the journal: <code>faultline analyze runs/${result.run.id}</code></p>`,
  );
}

export function methodSection(result: RunResult): Markup {
  return section(
    'method',
    'Method and clock',
    markup`<dl class="method">${METHOD_NOTES.map((note) => markup`<dt>${note.what}</dt><dd>${note.how}</dd>`)}
<dt>Clock: ${result.clock.kind}, seed ${result.clock.seed}</dt><dd>${name(result.clock.meaning)}</dd></dl>`,
  );
}

/** Short answers stand as they are; the whole inquiry of a role is there to be opened. */
function foundBy(resolvedBy: Json): Markup {
  const text = JSON.stringify(resolvedBy);
  if (text.length <= 200) return mono(text);
  return markup`<details><summary>questions asked and answers given</summary>${mono(text)}</details>`;
}

const WAYS = { over: 'Flows over it', beside: 'Flows past it', unknown: 'Flows of which it is not known' } as const;

function waysFacts(ways: NonNullable<FaultReport['ways']>): (readonly [string, Part])[] {
  return (['over', 'beside', 'unknown'] as const).flatMap((goes): (readonly [string, Part])[] => {
    const those = ways.filter((way) => way.goes === goes);
    if (those.length === 0) return [];
    const told = those.map((way) => {
      const by = way.routers.length === 0 ? '' : ` by ${way.routers.join(', ')}`;
      return `${way.flow} to ${way.receiver}${by}${goes === 'unknown' && way.problem !== null ? ` (${way.problem})` : ''}`;
    });
    return [[WAYS[goes], name(told.join('; '))]];
  });
}
