const NAME = String.raw`[\w.@$*-]+`;
const END = String.raw`\s*(?:;|$)`;
const OBJECT =
  'table|view|index|database|schema|sequence|function|procedure|trigger|extension|column|constraint|warehouse|dictionary|materialized\\s+view';

/** How statements go that change something, as far as plain English does not go the same way: `create table of contents`. */
const SHAPES: readonly RegExp[] = [
  String.raw`insert\s+(?:or\s+\w+\s+|ignore\s+|overwrite\s+)?(?:into|table)\s+${NAME}\s*(?:\(|values\b|select\b|default\b|set\b|with\b|format\b)`,
  String.raw`(?:replace|upsert)\s+into\s+${NAME}\s*(?:\(|values\b|select\b|set\b)`,
  String.raw`update\s+.{1,400}?\bset\s+${NAME}(?:\s*\([^)]*\))?\s*=`,
  String.raw`delete\s+from\s+${NAME}(?:\s+(?:as\s+)?\w+)?\s*(?:;|$|where\b|using\b|returning\b|limit\b)`,
  String.raw`merge\s+into\s+${NAME}.{0,400}?\busing\b`,
  String.raw`truncate\s+(?:table\s+${NAME}|${NAME}${END})`,
  String.raw`drop\s+(?:${OBJECT}|user|role|login)\s+(?:if\s+exists\s+)?${NAME}\s*(?:;|$|,|cascade\b|restrict\b|on\b)`,
  String.raw`(?:create|alter)\s+(?:or\s+replace\s+|temp(?:orary)?\s+|unique\s+|external\s+)*(?:${OBJECT})\s+(?:if\s+(?:not\s+)?exists\s+)?${NAME}\s*(?:\(|as\s+(?:select|with)\b|on\s+${NAME}\s*\(|using\b|add\b|drop\b|alter\b|rename\b|cascade\b|returns\b|engine\b|language\b|modify\b|(?:before|after)\s+\w+\s+on\b|enable\s+row\b|;)`,
  String.raw`create\s+(?:extension|database|schema)\s+(?:if\s+not\s+exists\s+)?${NAME}${END}`,
  String.raw`(?:create|alter)\s+(?:user|role|login)\s+(?:if\s+(?:not\s+)?exists\s+)?${NAME}\s*(?:;|$|with\b|identified\b|password\b|superuser\b|create(?:db|role)\b|login\b)`,
  String.raw`(?:grant|revoke)\s+(?:all|select|insert|update|delete|usage|execute|create|connect|references|trigger|ownership|alter|drop|super|reload|file)\b.{0,400}?\bon\b.{1,400}?\b(?:to|from)\s+\S`,
  String.raw`(?:grant|revoke)\s+role\s+${NAME}\s+(?:to|from)\s+\S`,
  String.raw`(?:grant|revoke)\s+${NAME}\s+(?:to|from)\s+${NAME}(?:\s+with\s+(?:admin|grant)\s+option)?\s*;`,
  String.raw`set\s+(?:role|session\s+authorization)\s+${NAME}${END}`,
  String.raw`(?:call|exec(?:ute)?)\s+${NAME}\s*(?:\(|@|;)`,
  String.raw`exec(?:ute)?\s+(?:[\w.]*\.)?[xs]p_\w+`,
  String.raw`do\s+(?:language\s+\w+\s+)?(?:begin|declare)\b`,
  String.raw`copy\s+${NAME}(?:\s*\([^)]*\))?\s+(?:from|to)\s*(?:program\b|stdin\b|stdout\b|with\b|@|;|$)`,
  String.raw`copy\s*\(`,
  String.raw`load\s+data\s`,
  String.raw`(?:kill|declare)\s+(?:@|\d)`,
  // What is selected is of a table, and is not a text for people.
  String.raw`(?:select|with|explain)\b(?=.*\bfrom\b).*[*=(;_]`,
].map((shape) => new RegExp(`^\\s*(?:${shape})`, 's'));

/** Whether a statement, in lower case and without comments and quoted text, has the form of one. */
export const hasShape = (statement: string): boolean => SHAPES.some((shape) => shape.test(statement));
