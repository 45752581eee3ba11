/**
 * Splits a command line into words as a POSIX shell does (quotes and backslashes, nothing expanded, no comments), the
 * way containerlab splits `exec` and `cmd`.
 * @throws RangeError where a quote is not closed or the line ends in a backslash.
 */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (char === "'") {
      const end = line.indexOf("'", i + 1);
      if (end < 0) throw new RangeError(`a single quote is not closed: ${line}`);
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (char === '"') {
      word ??= '';
      for (i++; line[i] !== '"'; i++) {
        if (i >= line.length) throw new RangeError(`a double quote is not closed: ${line}`);
        if (line[i] === '\\' && i + 1 < line.length && '"\\$`\n'.includes(line[i + 1]!)) {
          i++;
          if (line[i] === '\n') continue;
        }
        word += line[i]!;
      }
    } else if (char === '\\') {
      if (i + 1 >= line.length) throw new RangeError(`a backslash at the end: ${line}`);
      i++;
      if (line[i] !== '\n') word = (word ?? '') + line[i]!;
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
