/** Letters of Cyrillic and Greek that look like Latin ones, each before the one that it passes for. */
const LOOKALIKES = new Map(
  'аaеeоoрpсcуyхxіiѕsјjһhԁdԛqԝwоoαaοoεeιiνvρpτtυuκkАAВBЕEКKМMНHОOРPСCТTХXУYІIЅSΑAΒBΕEΗHΙIΚKΜMΝNΟOΡPΤTΧX'
    .match(/../gu)
    ?.map((pair) => [pair[0]!, pair[1]!]),
);
const LOOKS_ALIKE = new RegExp(`[${[...LOOKALIKES.keys()].join('')}]`, 'g');
const PLAIN = /^[\x20-\x7e\s]*$/;

/**
 * A text as a model reads it, in plain letters: compatibility forms and look-alikes made plain, letters of Unicode's tags
 * told, what nobody sees and a terminal's colours left out.
 */
export function readable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(/[\u{e0020}-\u{e007e}]/gu, (tag) => String.fromCharCode(tag.codePointAt(0)! - 0xe0000))
    .replace(/(?!\s)\p{Cc}\[[\d;]{0,20}[a-z]/giu, '')
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}\p{Variation_Selector}]/gu, (mark) => (/\s/.test(mark) ? mark : ''))
    .replace(/[‘’ʼ]/g, "'")
    .replace(LOOKS_ALIKE, (letter) => LOOKALIKES.get(letter)!);
}
