/** Cuts to so many UTF-16 units, whole characters only, with an ellipsis where something was cut. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 1);
  const last = head.charCodeAt(head.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? head.slice(0, -1) : head}…`;
}

/** Cuts a text for people: at the end of a word, where one ends in the last fifth. */
export function cutWords(text: string, max: number): string {
  if (text.length <= max) return text;
  const short = cut(text, max);
  const end = short.lastIndexOf(' ');
  return end > 0.8 * max ? `${short.slice(0, end).replace(/[,;:]$/, '')} …` : short;
}
