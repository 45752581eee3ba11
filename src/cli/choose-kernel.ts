import { join } from 'node:path';
import type { ImageMap } from '../image/map.js';
import { findImage } from '../guest/images.js';
import { insideGuest } from '../guest/inside.js';
import { findKernel } from '../guest/kernel.js';
import { GUEST_IMAGE } from '../guest/place.js';
import type { HostFinding } from '../runtime/types.js';
import type { Plan } from '../scenario/plan.js';
import { projectDir } from './version.js';

/** What a plan needs that its topology does not tell: `impair` works by netem. */
function faultNeeds(plan: Plan): readonly string[] {
  return plan.scenario.fault?.kind === 'impair' ? ['netem'] : [];
}

/** What of these findings keeps a plan from running on this host and not from running in the lab kernel, in words. */
export function lackedHere(findings: readonly HostFinding[], plan: Plan): readonly string[] {
  const needs = faultNeeds(plan);
  return findings.flatMap(({ what, state, detail, labKernelHas }) => {
    if (labKernelHas !== true || state === 'ok') return [];
    if (state === 'missing') return [`${what}: ${detail}`];
    return needs.includes(what) ? [`${what}: this kernel lacks it (fault ${plan.scenario.fault!.kind})`] : [];
  });
}

export interface KernelChoice {
  readonly plans: readonly Plan[];
  /** For the first line of what a command says; undefined where nothing was decided. */
  readonly text?: string;
}

/**
 * Decides for plans that leave the kernel to faultline (`kernel: auto`): the lab kernel, by the real clock, where this host
 * lacks what one of them needs and the lab kernel is built; else this host's.
 */
export async function chooseKernel(plans: readonly Plan[], map: ImageMap): Promise<KernelChoice> {
  const open = plans.filter(({ scenario }) => scenario.kernel === 'auto' && scenario.clock !== 'virtual');
  const elsewhere = plans.some(({ scenario }) => scenario.runtime === 'containerlab' || scenario.lab !== undefined);
  if (open.length !== plans.length || elsewhere || insideGuest(process.env) !== undefined) return { plans };
  const project = projectDir();
  const built =
    findKernel(join(project, 'lab-kernel')) !== undefined &&
    findImage(join(project, 'containerlab', 'images'), GUEST_IMAGE) !== undefined;
  if (!built) return { plans };
  const { chooseRuntime } = await import('./choose-runtime.js');
  const { runtime } = await chooseRuntime(plans[0]!.scenario.runtime, undefined, map);
  if (runtime.name !== 'netns') return { plans };
  const lacked = new Set<string>();
  for (const plan of plans) {
    for (const lack of lackedHere(await runtime.check(plan.topology), plan)) lacked.add(lack);
  }
  if (lacked.size === 0) return { plans };
  return {
    plans: plans.map((plan) => ({ ...plan, scenario: { ...plan.scenario, kernel: 'lab' as const } })),
    text: `lab kernel, chosen because this host does not do (${[...lacked].join('; ')})`,
  };
}
