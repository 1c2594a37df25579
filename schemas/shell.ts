/** Texts of shell commands, taken apart: for what a call is, and for what it does. */

/** One command of a text of them. */
interface Piece {
  /** What stands between it and the one before: `|`, `&&`, `(`, a line's end; blanks among them say nothing. */
  after: string;
  text: string;
}

/** Git's and GitHub's commands that are given a text to keep. */
const SPEAKS =
  /\b(?:git\s+(?:commit|tag|merge|stash|notes)|(?:gh|glab)\s+(?:pr|mr|issue|release))\b(?:[^;&|\n"']|"(?:[^"\\$`]|\\.)*"|'[^']*')*/g;
const MESSAGE = /((?:^|\s)(?:-\w*m|--(?:message|title|body|notes|description))[= ]\s*)(?:"(?:[^"\\$`]|\\.)*"|'[^']*')/g;

/** Without the messages that it is given: what they speak of is not reached. */
export const unspoken = (command: string): string =>
  undisguised(command).replace(SPEAKS, (one) => one.replace(MESSAGE, '$1'));

const DISGUISES =
  /(['"])[\w/.-]{0,12}\1[\w/.-]|[\w/.-](?:''|"")|\\\r?\n|\$IFS|\$\{IFS|\$['"]|[a-z]\\[a-z]|`|\[\s{0,4}['"]/;
/** A program and what it is given, as a list in code. */
const LIST = /\[\s{0,4}(['"])[\w/.-]{1,40}\1,\s{0,4}\1-[^\]\n]{0,400}\]/g;

/**
 * A text of commands as a shell reads it: a line that goes on is one line, quotes within a word (`c''url`) and a backslash
 * within the name of a program (`c\url`) say nothing, `$IFS` and what stands between a list's words are
 * blanks, and backticks behind `eval` or `sh -c` are `$()`.
 */
export const undisguised = (text: string): string =>
  DISGUISES.test(text)
    ? text
        .replace(/\\\r?\n/g, ' ')
        .replace(LIST, (list) => list.replace(/[[\]'",]+/g, ' '))
        .replace(/\$\{IFS\}|\$IFS(?:\$\d)?(?!\w)/g, ' ')
        .replace(/\$(?=['"]\w)/g, '')
        .replace(/(?<=[\w/.-]|(?:^|[\s;&|(]))(['"])([\w/.-]{0,12})\1(?=[\w/.-])/g, '$2')
        .replace(/(?<=[\w/.-])(?:''|"")/g, '')
        .replace(/(?<=(?:^|[;&|(\n])\s{0,4})(?:\\?[a-z]){2,12}(?=[\s;&|)]|$)/g, (word) => word.replaceAll('\\', ''))
        .replace(/(?<=\b(?:eval|(?:ba|z|da)?sh\s{1,4}-\w{0,3}c)\s{1,4}["']?)`([^`]{1,400})`/g, '$($1)')
    : text;

/** Behind these another command begins. */
const WRAPS =
  /\b(?:(?:ba|z|da|k|fi)?sh|su|cmd(?:\.exe)?|pwsh|powershell(?:\.exe)?)\b[^;&|\n"']{0,64}?\s(?:-\w*c|\/c|-Command)\s+["']?|\beval\s+["']?|\sssh\s+(?:-\S+\s+)*\S+\s+["']?|\s--\s+|\bdocker\s+exec\s+(?:-\S+\s+)*\S+\s+/gi;
const BEFORE =
  /^(?:["'\s![]|\w+=\S*\s|(?:sudo|doas)\b(?:\s+-[ugCDhpRrTtU]\s+[\w#.@%/][\w#.@%/-]*|\s+-\S+)*\s|(?:nohup|time|exec|command|then|do|else|if|while|until)\b(?:\s+-\S+)*\s|(?:env|timeout|nice|ionice|stdbuf|setsid|unbuffer|xargs|busybox|toybox)(?:\s+-\S+|\s+\d+[smhd]?)*\s+(?=[\w./~"'\\$]))+/;

/** The commands of a text, one that another runs as well (`bash -c`, `ssh`), each without what stands before its program. */
export function piecesOf(text: string): Piece[] {
  const parts = ` ${unspoken(text)}`.replace(WRAPS, '\n').split(/((?:[;&|\n(`]|(?<!\$)\{)+)/);
  const pieces: Piece[] = [];
  for (let i = 0; i < parts.length; i += 2)
    pieces.push({ after: parts[i - 1] ?? '', text: parts[i]!.replace(BEFORE, '') });
  return pieces;
}

/** The program of a command in lower case, without its folder, and what it is given; both empty where none is named. */
export function programOf(command: string): { program: string; given: string } {
  const [, name = '', given = ''] = /^(?:\S*[\\/])?([\w.-]+)(?:\.exe)?["']?(?=\s|$|\))(.*)$/s.exec(command) ?? [];
  return { program: name.toLowerCase(), given };
}
