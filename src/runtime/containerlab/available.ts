import { connectDocker, dockerPlace, factsOfDocker, notLocal } from './docker.js';
import { findProgram } from './program.js';

/** A Docker that does not answer for so long is none for somebody who has not asked for it. */
const PATIENCE_MS = 3_000;

/** Whether labs of containerlab can be had here, and what that was told by. */
export async function containerlabHere(): Promise<{ readonly here: boolean; readonly text: string }> {
  const program = findProgram();
  if (program === undefined) return { here: false, text: 'there is no containerlab program' };
  if (process.geteuid?.() !== 0) return { here: false, text: 'containerlab needs root' };
  let timer: NodeJS.Timeout | undefined;
  try {
    const docker = connectDocker();
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`Docker at ${dockerPlace(docker)} does not answer`)), PATIENCE_MS);
    });
    const facts = await Promise.race([factsOfDocker(docker), late]);
    if (!facts.local) return { here: false, text: notLocal(facts) };
    return { here: true, text: `${program} and Docker ${facts.version} at ${facts.where}` };
  } catch (error) {
    return { here: false, text: (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
}
