import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnsupportedQuery } from '../device/types.js';
import type { RunContext, RunLab } from './context.js';

/** The state tables of every router, into `nodes/<node>/state-<when>/`. A router that does not answer is a note there. */
export async function collectStates(run: RunContext, lab: RunLab, when: 'before' | 'during' | 'after'): Promise<void> {
  const collect = async (name: string): Promise<void> => {
    const dir = join(run.runDir, 'nodes', name, `state-${when}`);
    mkdirSync(dir, { recursive: true });
    try {
      for (const [file, text] of Object.entries(await lab.driver(name).stateTables()))
        writeFileSync(join(dir, file), text);
    } catch (error) {
      writeFileSync(join(dir, 'unavailable.txt'), `${(error as Error).message}\n`);
    }
  };
  // While traffic runs one router is asked at a time, so that the asking disturbs the senders as little as it can.
  if (when === 'during') for (const name of lab.routers()) await collect(name);
  else await Promise.all(lab.routers().map(collect));
}

/** Running configuration with its hash and version, and the daemons' logs, of every router. */
export async function collectNodes(run: RunContext, lab: RunLab): Promise<void> {
  const collect = async (name: string): Promise<void> => {
    const dir = join(run.runDir, 'nodes', name);
    mkdirSync(join(dir, 'logs'), { recursive: true });
    const driver = lab.driver(name);
    const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        run.journal.write({
          type: 'note',
          text: `${name}: ${what} could not be collected: ${(error as Error).message}`,
        });
      }
    };
    await attempt('configuration', async () => {
      const config = await driver.runningConfig();
      writeFileSync(join(dir, 'running-config.txt'), config);
      const facts = {
        version: await driver.version(),
        runningConfigSha256: createHash('sha256').update(config).digest('hex'),
        runtime: await lab.lab.node(name).facts(),
      };
      writeFileSync(join(dir, 'facts.json'), `${JSON.stringify(facts, null, 2)}\n`);
    });
    await attempt('IGP settings', async () => {
      const settings = await known(driver.query('igp-settings'));
      if (settings !== undefined && settings.length > 0) run.journal.write({ type: 'igp', node: name, settings });
    });
    await attempt('logs', async () => {
      for (const [file, bytes] of Object.entries(await driver.logs())) writeFileSync(join(dir, 'logs', file), bytes);
    });
  };
  await Promise.all(lab.routers().map(collect));
}

/** undefined where the driver cannot be asked such a thing. */
function known<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof UnsupportedQuery) return undefined;
    throw error;
  });
}
