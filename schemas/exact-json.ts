const LONG = /[^"\d]\d{16}/;
const TEXT_OR_NUMBER = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * JSON.parse, but a whole number that JavaScript would round (an account, a snowflake id, nanoseconds) is told as text, to
 * its last digit: one id must not become another, nor two the same. Throws as JSON.parse does.
 */
export function parseExact(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Only what is known to be JSON is looked through: in it every text ends, and the pattern takes one way through it.
  return LONG.test(text) ? JSON.parse(text.replace(TEXT_OR_NUMBER, exact)) : value;
}

const exact = (found: string): string =>
  /^-?\d{16,}$/.test(found) && !Number.isSafeInteger(Number(found)) ? `"${found}"` : found;
