/** What a comment is, what only looks like one (quoted text), and what MySQL runs in a comment all the same. */
const MARKS = /'[^']*'?|"[^"]*"?|--[^\n]*|\/\*(?:!\d*)?|\*\//g;
/** In a line of shell quotes are the shell's, and dashes begin its options. */
const IN_SHELL = /\/\*(?:!\d*)?|\*\//g;

/** A text of SQL without its comments, a blank for each: they part words as blanks do. */
export function withoutComments(sql: string, inShell = false): string {
  if (!sql.includes('/*') && (inShell || !sql.includes('--'))) return sql;
  const marks = new RegExp(inShell ? IN_SHELL : MARKS);
  let out = '';
  let from = 0;
  for (let found = marks.exec(sql); found !== null; found = marks.exec(sql)) {
    const [mark] = found;
    if (/^['"]/.test(mark)) continue;
    out += `${sql.slice(from, found.index)} `;
    const end = mark === '/*' ? sql.indexOf('*/', marks.lastIndex) : -1;
    from = mark !== '/*' ? marks.lastIndex : end < 0 ? sql.length : end + 2;
    marks.lastIndex = from;
  }
  return out + sql.slice(from);
}
