import type { LabView } from './types.js';

/** Numbered packets and who counts them: a multicast flow, or the replies of order entry at its client. */
export interface Stream {
  readonly name: string;
  readonly item: string;
  readonly intervalNs: number;
  readonly receivers: readonly { readonly node: string; readonly join: { readonly when: 'start' | 'after-fault' } }[];
}

export function streamsOf(view: Pick<LabView, 'flows' | 'orders'>): readonly Stream[] {
  return [
    ...(view.flows ?? []),
    ...(view.orders ?? []).map(({ name, intervalNs, client }) => ({
      ...{ name, item: name, intervalNs },
      receivers: [{ node: client.node, join: { when: 'start' as const } }],
    })),
  ];
}
