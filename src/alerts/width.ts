/** Scripts and signs that take two columns in a terminal (East Asian Wide and Fullwidth, emoji). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const COMBINING = /\p{Mn}|\p{Me}/u;

/** Columns that one character takes. */
export const columns = (character: string): number => (COMBINING.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

export const widthOf = (text: string): number => [...text].reduce((sum, character) => sum + columns(character), 0);

/** Breaks one line of text into lines of at most `width` columns, at spaces where there are any. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  let space = -1;
  for (const character of text) {
    const wide = columns(character);
    if (used + wide > width && line !== '') {
      const rest = space > 0 ? line.slice(space + 1) : '';
      lines.push(space > 0 ? line.slice(0, space) : line);
      line = rest;
      used = widthOf(rest);
      space = -1;
    }
    if (character === ' ') space = line.length;
    line += character;
    used += wide;
  }
  lines.push(line);
  return lines;
}
