import { QueryError } from '../errors.ts';

/**
 * Looks at an analyst's statement before the engine sees it. The connection is read-only and holds every limit; what it
 * lets pass all the same is refused here: a result written to a file, a second statement (chDB runs several), `KILL`,
 * and functions that read files or speak to other machines even where their rows may not be read.
 *
 * The tokens are told apart as the engine does. What it reads in more than one way (text in $$, comments within comments,
 * typographic quotes, an escape in a quoted name) is refused, so that nothing can be hidden between two readings.
 */
export function checkStatement(sql: string): void {
  const tokens = tokenize(sql);
  while (tokens.at(-1)?.text === ';') tokens.pop();
  const words = tokens.filter((token) => token.text !== '(');
  const first = words[0]?.text.toLowerCase() ?? '';
  if (!READS.has(first)) throw new QueryError(ONLY_READS);
  if (tokens.at(-2)?.text.toLowerCase() === 'format' && tokens.at(-1)?.kind === 'word')
    throw new QueryError('FORMAT is refused: answers come as rows');
  for (const [i, { kind, text }] of tokens.entries()) {
    if (text === ';' && kind === 'sign') throw new QueryError('one statement at a time');
    if (kind !== 'word' && kind !== 'name') continue;
    const name = text.toLowerCase();
    if (name === 'insert' && tokens[i + 1]?.text.toLowerCase() === 'into') throw new QueryError(ONLY_READS);
    if (name === 'outfile' && kind === 'word') throw new QueryError('INTO OUTFILE is refused: answers go to who asks');
    if (tokens[i + 1]?.text === '(' && REACHING.test(name))
      throw new QueryError(`${text}() is refused: it reaches beyond the record`);
  }
}

const READS = new Set(['select', 'with', 'show', 'describe', 'desc', 'explain', 'exists']);

const ONLY_READS = `only reads are answered here (${[...READS].join(', ')})`;

/** Functions, of tables and of values, that open files, other machines or other databases. */
const REACHING = new RegExp(
  `^(?:${[
    '(?:file|url|s3|gcs|oss|cosn|hdfs|azureblobstorage|iceberg|deltalake|hudi|paimon)(?:s3|azure|hdfs|local|cluster)*',
    'filesystem|executable|python|catboostevaluate',
    'remote(?:secure)?|cluster(?:allreplicas)?|arrowflight|ytsaurus',
    'mysql|postgresql|sqlite|odbc|jdbc|mongodb|redis|dictionary|prometheus[a-z]*|timeseries[a-z]*',
    // Models of others; a name looked up, a server asked for its tables; what came with our own request; a counter that moves.
    'ai[a-z]+|reversednsquery|hascolumnintable|getclienthttpheader|generateserialid|arrowstream',
    'input|loop|eval|fuzzquery|fuzzjson|mergetree[a-z]*',
  ].join('|')})$`,
);

interface Token {
  /** A word as it stands, a name in quotes (its contents), a text, or any other sign. */
  kind: 'word' | 'name' | 'text' | 'sign';
  text: string;
}

const TOKEN =
  /(?<space>\s+|--[^\n]*|\/\*(?<comment>[\s\S]*?)\*\/)|(?<text>'(?:[^'\\]|\\[\s\S]|'')*')|"(?<quoted>(?:[^"\\]|"")*)"|`(?<ticked>(?:[^`\\]|``)*)`|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<number>\d[A-Za-z0-9_]*)|(?<sign>[!%&()*+,\-.:;<=>?@[\]^{|}]|\/(?!\*))/y;

function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < sql.length; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(sql)?.groups;
    if (found === undefined) throw new QueryError(unreadable(sql, at));
    const { comment, text, quoted, ticked, word, sign } = found;
    if (comment?.includes('/*')) throw new QueryError('a comment within a comment is refused');
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (quoted !== undefined || ticked !== undefined) tokens.push({ kind: 'name', text: (quoted ?? ticked)! });
    else if (text !== undefined) tokens.push({ kind: 'text', text });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
  }
  return tokens;
}

function unreadable(sql: string, at: number): string {
  const line = sql.slice(0, at).split('\n').length;
  if (sql.startsWith('/*', at)) return `line ${line}: a comment that is never closed`;
  if (`'"\``.includes(sql[at]!)) return `line ${line}: a quote that is never closed, or a backslash in a quoted name`;
  return `line ${line}: ${JSON.stringify(sql[at])} is not read here outside of quotes; texts go in '...' or as parameters`;
}
