/** The lines of a text that hold anything. */
export const linesIn = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** What JSON lines say. */
export const jsonLines = <One = Record<string, unknown>>(text: string): One[] =>
  linesIn(text).map((line) => JSON.parse(line) as One);
