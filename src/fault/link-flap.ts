import { z } from 'zod';
import { formatDuration } from '../core/duration.js';
import { timed } from './applied.js';
import { linkDown } from './link-down.js';
import { endsOf, setLink, type LinkEnd } from './link-state.js';
import { duration, linkText, reference } from './options.js';
import type { Fault, UndoStep } from './types.js';

const schema = z.strictObject({
  link: linkText,
  end: z.enum(['one', 'both']).default('one').describe('one: the end named first; both'),
  times: z.int().min(1).max(1000).describe('how often it goes down'),
  down: duration.describe('how long it is down each time'),
  up: duration.describe('how long it is up between'),
});
type Options = z.output<typeof schema>;
interface Target {
  readonly ends: readonly LinkEnd[];
  readonly times: number;
  readonly downNs: number;
  readonly upNs: number;
  /** Per end, what brings it back each time. */
  readonly back: readonly UndoStep[];
}

/** A link goes down and up several times. Its instant is that of the first time. */
export const linkFlap: Fault<Options> = {
  kind: 'link-flap',
  title: 'a link goes down and comes back several times',
  example: '{ link: "core1:eth3--edge1:eth1", times: 5, down: 200 ms, up: 1 s }',
  schema,
  references: (options) => [reference('link', options.link, 'link')],

  async resolve(view, options) {
    const down = await linkDown.resolve(view, { link: options.link, end: options.end });
    const ends = endsOf(view.lab, options.link, options.end);
    const pace = `${formatDuration(options.down)} down, ${formatDuration(options.up)} up`;
    return {
      ...down,
      summary: `link ${view.lab.link(options.link).id} flaps ${options.times} times (${pace})`,
      target: { ends, times: options.times, downNs: options.down, upNs: options.up, back: down.undo } as never,
    };
  },

  async inject(view, raw) {
    const target = raw as unknown as Target;
    const setDown = (): Promise<unknown> => Promise.all(target.ends.map((end) => setLink(view.lab, end, 'down')));
    const applied = await timed(view, setDown);
    for (let time = 1; ; time++) {
      await view.sleep(target.downNs / 1e6);
      for (const step of target.back) {
        if (step.do === 'exec-outside') await view.lab.node(step.node).execOutside(step.argv);
      }
      if (time === target.times) return { applied, details: { times: time } };
      await view.sleep(target.upNs / 1e6);
      await setDown();
    }
  },
};
