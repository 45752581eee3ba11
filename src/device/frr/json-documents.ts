/**
 * Splits text that is nothing but JSON documents (objects or arrays), one after another with white space between.
 * @returns the documents as they stand; undefined where there is anything else.
 */
export function jsonDocuments(text: string): readonly string[] | undefined {
  const documents: string[] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (depth === 0 && /\s/.test(character)) {
      continue;
    } else if (character === '{' || character === '[') {
      if (depth++ === 0) start = at;
    } else if (depth === 0) {
      return undefined;
    } else if (character === '"') {
      inString = true;
    } else if ((character === '}' || character === ']') && --depth === 0) {
      documents.push(text.slice(start, at + 1));
    }
  }
  return depth === 0 && !inString ? documents : undefined;
}
