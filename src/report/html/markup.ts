import { visible } from '../text/visible.js';

/** A piece of HTML, SVG or XML that is safe to stand in a document. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Part = Markup | string | number | readonly Part[] | null;

/**
 * Template tag for HTML, SVG and XML: what stands in the template is markup, every value put into it is text and is
 * escaped (for element content and for attributes in quotes alike), unless it is Markup itself. Lists are joined.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, index) => (index === 0 ? text : partText(parts[index - 1]!) + text)).join(''));
}

function partText(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escape(visible(part));
  return part.map(partText).join('');
}

/** Escapes text that `visible` or `visibleLines` has made safe. */
export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
