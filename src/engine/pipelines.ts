/** A word as its program gets it, and where in the text it stands. */
export interface Word {
  text: string;
  from: number;
  to: number;
}

/** One program that is run. `saves`: its output goes into a file. */
export interface Command {
  words: Word[];
  saves: boolean;
}

/** Of one piece: blanks, what ends a pipeline, what passes on within it, where output or input goes, or a word. */
const PIECE =
  /([^\S\n]+)|(\|\||&&|;|\n|&(?![>&]))|(\|&?)|(\d?>&\d|(?:\d|&)?>>?|<(?![<(]))|((?:'[^']*'|"(?:[^"\\$`]|\\[^\n]|\$(?!\())*"|\\[^\n]|\$\w|\$\{\w+\}|\$(?=\s|$)|[^\s'"\\|&;<>()`$])+)/y;
/** What gives a program's name another meaning. */
const RENAMES = /(?:^|[\s;&|])(?:alias|function|eval|hash|enable)\s|\bPATH=/;

/**
 * The pipelines of a line of shell, each as its commands in order, or null where what will be run cannot be read off it:
 * commands within commands, subshells, here-documents, quotes that do not close.
 */
export function pipelinesOf(text: string): Command[][] | null {
  if (RENAMES.test(text)) return null;
  const all: Command[][] = [[{ words: [], saves: false }]];
  let into = false;
  for (let at = 0; at < text.length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at;
    const [, blank, ends, passes, directs, word]: readonly (string | undefined)[] = PIECE.exec(text) ?? [];
    const pipeline = all.at(-1)!;
    const command = pipeline.at(-1)!;
    if (word !== undefined) {
      const one = { text: unquoted(word), from: at, to: PIECE.lastIndex };
      if (into) command.saves ||= one.text !== '/dev/null';
      else command.words.push(one);
      into = false;
    } else if (directs !== undefined) into = directs.includes('>') && !/&\d$/.test(directs);
    else if (ends !== undefined) all.push([{ words: [], saves: false }]);
    else if (passes !== undefined) pipeline.push({ words: [], saves: false });
    else if (blank === undefined) return null;
  }
  return all.filter(([first]) => first!.words.length > 0);
}

const unquoted = (word: string): string =>
  word.replace(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
    (_, single?: string, double?: string, bare?: string) =>
      single ?? (double === undefined ? bare! : double.replace(/\\([$`"\\])/g, '$1')),
  );
