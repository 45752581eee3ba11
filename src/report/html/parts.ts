import type { RunResult } from '../../run/result.js';
import { markup, type Markup, type Part } from './markup.js';

/** A table's column; numbers stand to the right. */
export interface Head {
  readonly title: string;
  readonly number?: boolean;
  /** A figure with its interval: not to be broken. */
  readonly figure?: boolean;
}

/** A table from cells; null where there is no row. */
export function table(heads: readonly Head[], rows: readonly (readonly Part[])[], name = ''): Markup | null {
  if (rows.length === 0) return null;
  const cellClass = (index: number): string =>
    heads[index]?.number === true ? 'number' : heads[index]?.figure === true ? 'figure' : 'text';
  return markup`<div class="scroll"><table class="${name}"><thead><tr>${heads.map(
    (head, index) => markup`<th scope="col" class="${cellClass(index)}">${head.title}</th>`,
  )}</tr></thead>
<tbody>${rows.map(
    (cells) => markup`<tr>${cells.map((cell, index) => markup`<td class="${cellClass(index)}">${cell}</td>`)}</tr>\n`,
  )}</tbody></table></div>`;
}

/** Names and values below each other; what has no value is left out. */
export function facts(pairs: readonly (readonly [string, Part])[]): Markup {
  return markup`<dl class="facts">${pairs
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function section(id: string, title: string, ...body: readonly Part[]): Markup {
  return markup`<section id="${id}"><h2>${title}</h2>
${body}
</section>
`;
}

/** Text of devices and files, set apart from the report's own words also where it is written from right to left. */
export function name(text: string): Markup {
  return text.length > 28 ? markup`<bdi class="long">${text}</bdi>` : markup`<bdi>${text}</bdi>`;
}

export function mono(text: string): Markup {
  return text.length > 48 ? markup`<code class="long">${text}</code>` : markup`<code>${text}</code>`;
}

export function outcomeMark(outcome: RunResult['verdict']['outcome'] | null): Markup {
  return outcome === null
    ? markup`<span class="mark none">not judged</span>`
    : markup`<span class="mark ${outcome}">${outcome}</span>`;
}

export function bullets(items: readonly string[]): Markup | null {
  return items.length === 0 ? null : markup`<ul>${items.map((item) => markup`<li>${name(item)}</li>`)}</ul>`;
}
