/**
 * Makes text of devices and files safe to print on one line: white space becomes a space, and everything that a
 * terminal, a browser or a reader could be misled by stands there as what it is: control characters, marks that turn
 * the reading direction, invisible format characters, halves of surrogate pairs, code points that XML does not have.
 */
export function visible(text: string): string {
  return text.replace(/[\t\n\v\f\r ]+/gu, ' ').replace(HIDDEN, spellOut);
}

/** As `visible`, but line breaks and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(/\r\n?/gu, '\n').replace(HIDDEN, (found) => (/[\t\n]/u.test(found) ? found : spellOut(found)));
}

// Cc: control, Cf: format (direction marks, joiners, BOM …), Cs: lone surrogates, Zl Zp: other line ends, and non-characters.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

function spellOut(character: string): string {
  const code = character.codePointAt(0)!;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** Cuts what is longer than `columns` columns and ends it with `…`. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += displayWidth(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Columns that a text takes on a terminal: 2 for wide East Asian characters and emoji, 0 for combining marks. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/[\p{M}\p{Cf}\p{Cc}]/u.test(character)) continue;
    width += isWide(character) ? 2 : 1;
  }
  return width;
}

function isWide(character: string): boolean {
  const code = character.codePointAt(0)!;
  if (code < 0x1100) return false;
  return /\p{Emoji_Presentation}/u.test(character) || WIDE.some(([first, last]) => code >= first && code <= last);
}

/** East Asian Width W and F (Unicode Standard Annex 11), in the blocks' own coarseness. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];
