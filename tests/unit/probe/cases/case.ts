import type { DeviceFacts, QueryKind } from '../../../../src/device/types.js';
import type { ProbeKind } from '../../../../src/probe/index.js';
import type { LabView } from '../../../../src/probe/types.js';
import { fakeLab, type FakeLab } from '../../device/support.js';

/** What a probe makes of a lab. */
export interface Case {
  readonly kind: ProbeKind;
  readonly title: string;
  readonly options: unknown;
  readonly view: () => LabView;
  readonly met: boolean;
  /** In the judgement's summary. */
  readonly says: RegExp | undefined;
}

export function holds(kind: ProbeKind, title: string, options: unknown, view: () => LabView): Case {
  return { kind, title, options, view, met: true, says: undefined };
}

export function fails(kind: ProbeKind, title: string, options: unknown, view: () => LabView, says?: RegExp): Case {
  return { kind, title, options, view, met: false, says };
}

/** Two nodes, r1 and r2, that answer alike to one kind of question. */
export function both<K extends QueryKind>(kind: K, facts: DeviceFacts[K] | Error): FakeLab {
  const view = fakeLab(['r1', 'r2']);
  view.drivers['r1']!.set(kind, facts);
  view.drivers['r2']!.set(kind, facts);
  return view;
}
