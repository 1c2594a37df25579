// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is meant.
const ASCII = /^[\x00-\x7f]*$/;

/**
 * An address, or null where a text is none. `URL.canParse` spares the error of texts that are none, and is not to be
 * asked of any but ASCII: once it is called often, Node 20 answers that `https://bücher.example` is no address.
 */
export function urlOf(text: string): URL | null {
  if (ASCII.test(text)) return URL.canParse(text) ? new URL(text) : null;
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
