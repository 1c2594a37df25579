const LINK = /https?:\/\/[^\s"'`<>()]+/g;
const EDGE = /[.:!?,;]+$/;

/** Links with a query in a running text: what stands in one may look like words of its own, and an argument takes over all. */
export const linksIn = (text: string): string[] =>
  (text.match(LINK) ?? []).filter((link) => link.includes('=')).map((link) => link.replace(EDGE, ''));
