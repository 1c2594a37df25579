const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** JSON as bytes, written as it comes: texts put together and turned into bytes afterwards cost three times as much. */
export class JsonBytes {
  #bytes: Buffer;
  #at = 0;

  /** About how many bytes it will be. */
  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafe(bytes);
  }

  /** All so far. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** How many bytes; what comes behind so many can be taken back. */
  get length(): number {
    return this.#at;
  }

  cut(length: number): void {
    this.#at = length;
  }

  /** ASCII. */
  raw(text: string): void {
    this.#room(text.length);
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    this.#at = at + text.length;
  }

  /** A text in quotes, whatever is in it; false where half of a surrogate pair had to be replaced. */
  quoted(value: string): boolean {
    const start = this.#at;
    this.raw('"');
    if (this.copied(value)) {
      this.raw('"');
      return true;
    }
    this.#at = start;
    const whole = value.isWellFormed();
    const text = JSON.stringify(whole ? value : value.toWellFormed());
    this.#room(3 * text.length);
    this.#at += this.#bytes.write(text, this.#at);
    return whole;
  }

  /** Within quotes: printable ASCII, which nearly all text is, is copied, escaped; of any other nothing is. */
  copied(value: string): boolean {
    this.#room(2 * value.length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code < 0x20 || code > 0x7e) return false;
      if (code === QUOTE || code === BACKSLASH) bytes[at++] = BACKSLASH;
      bytes[at++] = code;
    }
    this.#at = at;
    return true;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#at + bytes));
    larger.set(this.bytes());
    this.#bytes = larger;
  }
}
