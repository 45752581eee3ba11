import type { MatrixResult, MatrixRow } from '../../l2cp/matrix.js';
import type { RowVerdict } from '../../l2cp/types.js';
import { expectedText, hexDump, outcomeText, wayText } from '../matrix.js';
import { markup, type Markup } from './markup.js';
import { bullets, facts, mono, name, section } from './parts.js';

const VERDICTS: readonly RowVerdict[] = ['pass', 'fail', 'inconclusive', 'not judged'];

/**
 * The matrix as a table that is filtered by verdict, direction and encapsulation without a script: a choice hides the
 * rows of the other classes (see `reports/report.css`).
 */
export function matrixSection(matrix: MatrixResult): Markup {
  const { counts } = matrix;
  return section(
    'matrix',
    'Layer-2 control protocols',
    facts([
      ['Between', name(`${matrix.from} and ${matrix.to}`)],
      ['Through', matrix.through.length === 0 ? 'one link' : name(matrix.through.join(', '))],
      ['Watched', matrix.watched.length === 0 ? 'no other port' : name(matrix.watched.join(', '))],
      ['Data path', matrix.dataPath.map((line) => markup`${name(line)}<br>`)],
      ['Expected', markup`${name(matrix.profile.name)}: ${name(matrix.profile.source)}`],
      ['Frames a row', String(matrix.framesPerRow)],
    ]),
    choices(
      'v',
      VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => [
        word(verdict),
        `${verdict} (${counts[verdict]})`,
      ]),
    ),
    choices('d', [
      ['forward', wayText(matrix, { direction: 'forward' })],
      ['backward', wayText(matrix, { direction: 'backward' })],
    ]),
    choices(
      'e',
      [...new Set(matrix.rows.map(({ encapsulation }) => encapsulation))].map((one) => [one, one]),
    ),
    markup`<div class="scroll"><table class="matrix"><thead><tr>${['destination', 'type', 'frame', 'encapsulation', 'from → to', 'expected', 'result', 'verdict'].map((title) => markup`<th scope="col" class="text">${title}</th>`)}</tr></thead>
<tbody>${matrix.rows.map((row) => rowMarkup(matrix, row))}</tbody></table></div>`,
    markup`<h3>Why rows did not pass</h3>`,
    evidence(matrix),
  );
}

function word(verdict: RowVerdict): string {
  return verdict.replace(' ', '-');
}

/** Radio buttons; `all` shows everything. */
function choices(group: string, values: readonly (readonly [string, string])[]): Markup {
  const one = (value: string, label: string, checked: boolean): Markup =>
    markup`<label><input type="radio" name="m-${group}" class="m-${value}"${checked ? markup` checked` : null}> ${label}</label>`;
  return markup`<p class="choice">${one('all', 'all', true)}${values.map(([value, label]) => one(value, label, false))}</p>`;
}

function rowMarkup(matrix: MatrixResult, row: MatrixRow): Markup {
  const classes = `${word(row.verdict)} ${row.direction} ${row.encapsulation}`;
  const where = row.destination === 'peer' ? 'the other side' : row.destination;
  const mark = row.verdict === 'not judged' ? 'none' : row.verdict;
  return markup`<tr class="${classes}"><td class="text">${mono(where)}</td><td class="text">${mono(row.type)}</td><td class="text"><span title="${row.title}">${name(row.name)}</span></td><td class="text">${row.encapsulation}</td><td class="text">${name(wayText(matrix, row))}</td><td class="text"><span title="${row.note ?? ''}">${expectedText(row)}</span></td><td class="text"><span title="${row.reason}">${outcomeText(row)}</span></td><td class="text"><span class="mark ${mark}">${row.verdict}</span></td></tr>
`;
}

function evidence(matrix: MatrixResult): Markup {
  const wrong = matrix.rows.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
  if (wrong.length === 0) return markup`<p>Every row that was judged passed.</p>`;
  return markup`${wrong.map((row) => rowEvidence(matrix, row))}`;
}

function rowEvidence(matrix: MatrixResult, row: MatrixRow): Markup {
  const found = row.evidence;
  const place = (ref: { readonly capture: string; readonly frame: number } | null | undefined): string =>
    ref === null || ref === undefined ? '' : ` (${ref.capture}.pcap #${ref.frame})`;
  const received = found?.received ?? null;
  return markup`<details class="${word(row.verdict)} ${row.direction} ${row.encapsulation}"><summary>${name(row.name)}, ${row.encapsulation}, ${name(wayText(matrix, row))}: <strong>${outcomeText(row)}</strong></summary>
<p>${name(row.reason)}</p>${row.note === null ? null : markup`<p class="small">${name(row.note)}</p>`}${found === null ? null : bullets(found.changes)}
${
  found === null
    ? null
    : markup`<div class="bytes"><figure><figcaption>sent${place(found.sentAt)}</figcaption><pre>${dump(found.sent)}</pre></figure><figure><figcaption>${received === null ? 'nothing came' : `received at ${found.port ?? ''}${place(found.receivedAt)}`}</figcaption><pre>${received === null ? '' : dump(received)}</pre></figure></div>`
}</details>
`;
}

/** Line by line: text in the page loses its line breaks otherwise. */
function dump(hex: string): Markup {
  return markup`${hexDump(hex)
    .split('\n')
    .map((line) => markup`<code>${line.replace('  ', ' ')}</code><br>`)}`;
}
