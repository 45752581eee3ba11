import { existsSync, readFileSync } from 'node:fs';
import { variablesIn } from '../topology/env.js';
import { l2cpFiles } from './l2cp.js';
import type { Plan } from './plan.js';

/** Variables that a run in another place has for itself. */
const OWN_VARIABLES = new Set(['HOME', 'PATH', 'PWD', 'SHELL', 'TMPDIR', 'USER', 'XDG_CACHE_HOME']);

/** Every file and folder, absolute, that a plan was made from or that its lab binds; only what is there. */
export function planFiles(plan: Plan): readonly string[] {
  const { scenario, topology } = plan;
  const files = [
    scenario.file,
    topology.file,
    ...topology.nodes.flatMap((node) => [
      ...node.binds.map((bind) => bind.hostPath),
      ...(node.startupConfig === undefined ? [] : [node.startupConfig]),
    ]),
    ...(scenario.l2cp === undefined ? [] : l2cpFiles(scenario.l2cp.options, scenario.file)),
  ];
  return [...new Set(files)].filter((file) => existsSync(file));
}

/** An environment in which the plan of a run comes out as it did: this process's own, with the recorded values alone. */
export function recordedEnvironment(
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> {
  const own = Object.entries(process.env).filter(([name]) => OWN_VARIABLES.has(name));
  return { ...Object.fromEntries(own), ...variables };
}

/** Names of the environment's variables that the topology's file takes values from, sorted; the scenario's own are none. */
export function planVariables(plan: Plan, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return [...variablesIn(readFileSync(plan.topology.file, 'utf8'))]
    .filter((name) => env[name] !== undefined && !(name in plan.scenario.env) && !OWN_VARIABLES.has(name))
    .sort();
}
