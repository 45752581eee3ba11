import { addNs, instantFromText, instantToText, nsBetween, type InstantText } from '../../core/instant.js';
import type { OrderMeasurement } from '../orders/types.js';
import type { EventName, FlowMeasurement, LossPeriod } from '../types.js';
import { STEP_KINDS, type OutageAccount, type OutagePart, type Step, type StepKind, type Timeline } from './types.js';

/** A monitor in a node reads the kernel's message a little after the change that it tells. */
const STAMP_TOLERANCE_NS = 10_000_000;
/** More would not be read by anybody, and cost time. */
const MOST_STEPS = 500;

export interface StepEvidence {
  readonly steps: readonly Step[];
  /** Longest time that may end with a step of a kind, as the scenario says; the others have their default. */
  readonly withinNs: Readonly<Partial<Record<StepKind, number>>>;
  readonly problems: readonly string[];
}

/**
 * Lays the longest loss period of each flow, receiver and event against the steps, and of order entry over UDP the longest
 * silence of an event in which datagrams were lost (TCP's own waits are no steps of the network). Each step accounts for the time before it,
 * as far as the timer reaches that ends in it; what no step reaches is unexplained. Of what several reach the earliest has it.
 */
export function timeline(
  evidence: StepEvidence,
  flows: readonly FlowMeasurement[],
  orders: readonly OrderMeasurement[],
  from: { readonly fault: InstantText | undefined; readonly revert: InstantText | undefined },
): Timeline {
  const start = from.fault === undefined ? undefined : instantFromText(from.fault);
  const all = start === undefined ? [] : evidence.steps.filter((step) => instantFromText(step.until) >= start);
  const steps = all.slice(0, MOST_STEPS);
  const problems = [...evidence.problems];
  if (all.length > steps.length) problems.push(`only the first ${MOST_STEPS} of ${all.length} steps are looked at`);
  return {
    steps,
    problems,
    outages: [...flows.flatMap(gapsOfFlow), ...orders.flatMap(gapsOfOrders)].flatMap((gap) => {
      const since = gap.event === 'initial' ? from.fault : from.revert;
      return since === undefined ? [] : [accountOf(gap, steps, evidence.withinNs, since)];
    }),
  };
}

/** A time without packets that has to be accounted for. */
interface Gap extends Pick<OutageAccount, 'flow' | 'receiver' | 'event' | 'from' | 'lengthNs'> {
  readonly intervalNs: number;
}

const EVENTS = ['initial', 'reversion'] as const;

function gapsOfFlow(flow: FlowMeasurement): Gap[] {
  return EVENTS.flatMap((event) => {
    const period = longestPeriod(flow, event);
    if (period === null) return [];
    const from = period.firstLostSentAt;
    const lengthNs = nsBetween(instantFromText(from), instantFromText(period.lastLostSentAt)) + flow.intervalNs;
    return [{ flow: flow.flow, receiver: flow.receiver, event, from, lengthNs, intervalNs: flow.intervalNs }];
  });
}

/** From when the first order without a reply was due to the next reply. */
function gapsOfOrders({ item, client, over, intervalNs, events }: OrderMeasurement): Gap[] {
  if (over === 'tcp') return [];
  return EVENTS.flatMap((event) => {
    const { silence, requests, replies } = events[event];
    if ((requests.lost ?? 0) + (replies.lost ?? 0) === 0) return [];
    if (silence === null || silence.lastReply === null || silence.firstReply === null) return [];
    const first = addNs(instantFromText(silence.lastReply.at), intervalNs);
    const lengthNs = nsBetween(first, instantFromText(silence.firstReply.at));
    if (lengthNs <= 0) return [];
    return [{ flow: item, receiver: client, event, from: instantToText(first), lengthNs, intervalNs }];
  });
}

function longestPeriod(flow: FlowMeasurement, event: EventName): LossPeriod | null {
  const own = flow.periods.filter((period) => period.event === event);
  return own.reduce<LossPeriod | null>(
    (longest, one) => (longest === null || one.outage.valueNs > longest.outage.valueNs ? one : longest),
    null,
  );
}

function accountOf(
  { intervalNs, ...gap }: Gap,
  steps: readonly Step[],
  withinNs: StepEvidence['withinNs'],
  since: InstantText,
): OutageAccount {
  const { lengthNs } = gap;
  const base = instantFromText(gap.from);
  const at = (text: InstantText): number => nsBetween(base, instantFromText(text));
  const reaches = steps.flatMap((step, index): Reach[] => {
    if (at(step.until) < at(since) || at(step.at) > lengthNs + STAMP_TOLERANCE_NS) return [];
    const reachNs = withinNs[step.kind] ?? step.withinNs ?? STEP_KINDS[step.kind].withinNs;
    return [{ index, fromNs: at(step.at) - reachNs, toNs: Math.min(lengthNs, at(step.until)) }];
  });
  const parts = partition(lengthNs, reaches, intervalNs);
  const unexplainedNs = parts.reduce((sum, part) => sum + (part.step === null ? part.toNs - part.fromNs : 0), 0);
  return { ...gap, parts, unexplainedNs };
}

interface Reach {
  readonly index: number;
  readonly fromNs: number;
  readonly toNs: number;
}

/** Pieces of [0, length]: each belongs to the step that ends first of those that reach it. */
function partition(lengthNs: number, reaches: readonly Reach[], intervalNs: number): readonly OutagePart[] {
  const inside = (ns: number): boolean => ns > 0 && ns < lengthNs;
  const samplingFromNs = Math.max(0, lengthNs - intervalNs);
  const edges = [0, samplingFromNs, lengthNs, ...reaches.flatMap(({ fromNs, toNs }) => [fromNs, toNs]).filter(inside)];
  const sorted = [...new Set(edges)].sort((a, b) => a - b);
  const parts: OutagePart[] = [];
  for (let i = 0; i + 1 < sorted.length; i++) {
    const [fromNs, toNs] = [sorted[i]!, sorted[i + 1]!];
    const reaching = reaches.filter((reach) => reach.fromNs <= fromNs && reach.toNs >= toNs);
    const first = reaching.reduce<Reach | null>((a, b) => (a === null || b.toNs < a.toNs ? b : a), null);
    const step = first?.index ?? (fromNs >= samplingFromNs ? 'sampling' : null);
    const last = parts.at(-1);
    if (last?.step === step) parts[parts.length - 1] = { ...last, toNs };
    else parts.push({ fromNs, toNs, step });
  }
  return parts;
}

/** Gap between two of a kind at one node that still makes them one step. */
const BURST_NS = 5_000_000;

/** In order of time; what happens at once to many things of one kind at one node is one step. */
export function inBursts(steps: readonly Step[]): readonly Step[] {
  const sorted = [...steps].sort((a, b) => compare(a, b));
  const found: Step[] = [];
  const latest = new Map<string, number>();
  for (const step of sorted) {
    const key = `${step.kind} ${step.node} ${step.source} ${step.kind === 'link' || step.source === 'log' ? step.what : ''}`;
    const place = latest.get(key);
    const before = place === undefined ? undefined : found[place];
    if (before !== undefined && instantFromText(step.at) - instantFromText(before.until) <= BigInt(BURST_NS)) {
      const what = before.what === step.what || before.what.endsWith(' …') ? before.what : `${before.what} …`;
      found[place!] = { ...before, until: step.until, count: before.count + step.count, what };
    } else {
      latest.set(key, found.length);
      found.push(step);
    }
  }
  return found;
}

function compare(a: Step, b: Step): number {
  const [first, second] = [instantFromText(a.at), instantFromText(b.at)];
  if (first !== second) return first < second ? -1 : 1;
  const [left, right] = [`${a.node} ${a.kind} ${a.what}`, `${b.node} ${b.kind} ${b.what}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
