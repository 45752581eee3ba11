import { LabError } from '../../core/errors.js';
import type { KillMode } from '../types.js';
import type { LabFolder, LabState } from './state.js';

export async function pauseNode(_folder: LabFolder, _node: string): Promise<void> {
  throw new LabError('pause: to come');
}
export async function resumeNode(_folder: LabFolder, _node: string): Promise<void> {
  throw new LabError('resume: to come');
}
export async function killNode(_folder: LabFolder, _lab: LabState, _node: string, _mode: KillMode): Promise<void> {
  throw new LabError('kill: to come');
}
export async function bootNode(_folder: LabFolder, _lab: LabState, _node: string): Promise<void> {
  throw new LabError('boot: to come');
}
