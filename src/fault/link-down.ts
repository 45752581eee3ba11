import { z } from 'zod';
import { timed } from './applied.js';
import { endsOf, setLink, upAgain, type LinkEnd } from './link-state.js';
import { linkText, reference } from './options.js';
import type { Fault } from './types.js';

const schema = z.strictObject({
  link: linkText,
  end: z.enum(['one', 'both']).default('one').describe('one: the end named first; both'),
});
type Options = z.output<typeof schema>;

/** A link goes administratively down. On a veth, as on a cable, the far end loses carrier at the same instant. */
export const linkDown: Fault<Options> = {
  kind: 'link-down',
  title: 'a link goes down, at one end or both; the far end loses carrier',
  example: '{ link: "core1:eth3--edge1:eth1", end: one }',
  schema,
  references: (options) => [reference('link', options.link, 'link')],

  async resolve({ lab }, options) {
    const ends = endsOf(lab, options.link, options.end);
    const undo = [];
    for (const end of ends) undo.push(...(await upAgain(lab.node(end.node), end.interface)));
    const link = lab.link(options.link);
    return {
      summary: `link ${link.id} down at ${ends.map((end) => `${end.node}:${end.interface}`).join(' and ')}`,
      nodes: [...new Set(link.endpoints.map((end) => end.node))],
      broken: { nodes: [], endpoints: link.endpoints.map((end) => `${end.node}:${end.interface}`) },
      resolvedBy: { link: link.id },
      undo,
      target: { ends: ends.map((end) => ({ node: end.node, interface: end.interface })) },
    };
  },

  async inject(view, target) {
    const { ends } = target as unknown as { ends: readonly LinkEnd[] };
    const applied = await timed(view, () => Promise.all(ends.map((end) => setLink(view.lab, end, 'down'))));
    return { applied, details: null };
  },
};
