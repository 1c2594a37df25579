/** One address of mail, with a name before it or without. */
const ONE =
  /\s{0,16}(?:(?:"[^"\n]{0,100}"\s{0,4}|[^"<>@,;\n]{0,100})<|mailto:)?([\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24})>?\s{0,16}(?:[,;]|$)/iy;
const LONGEST = 16_384;
const MOST = 256;

/** The addresses of a value that is nothing but addresses, as fields for recipients take several in one text; else none. */
export function addressesIn(text: string): string[] {
  const found: string[] = [];
  if (!text.includes('@') || text.length > LONGEST) return found;
  ONE.lastIndex = 0;
  while (ONE.lastIndex < text.length && found.length < MOST) {
    const address = ONE.exec(text)?.[1];
    if (address === undefined) return [];
    found.push(address);
  }
  return found;
}
