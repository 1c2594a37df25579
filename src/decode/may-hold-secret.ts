import { SECRET_PATTERNS } from './secret-patterns.ts';

/**
 * One look that tells most text apart from what any pattern could find. Every hint begins with one of a few triples of
 * characters: a table of these is read along the text, and only where it says so the hints are tried, at that place.
 */
const TRIPLES =
  '--- eyj :// aki asi abi acc agp aid aro anp aws aiz ya2 goc 1// ghp gho ghu ghs ghr git v1. glp gld glr glc glf gls gli gla glo gr1 ' +
  'xox xap xwf hoo dis :aa sk_ rk_ pk_ whs sk- hf_ api npm pyp rub cio dck sg. key -us sq0 eaa shp _v1 hvs hvb hvr atl dap ' +
  'nra nri nrj nrr snt lin ntn sec pat ata atc acc sha sig pma pul psc sbp sb_ dp. hrk fo1 fm2 fig -se ops ssw bea bas coo pas pwd tok ' +
  'pri cre sk0 sk1 sk2 sk3 sk4 sk5 sk6 sk7 sk8 sk9 ska skb skc skd ske skf ac0 ac1 ac2 ac3 ac4 ac5 ac6 ac7 ac8 ac9 aca acb acd ace acf';
/** Hints whose third character may be anything. */
const PAIRS = 's. q~';

const AT = new RegExp(SECRET_PATTERNS.map(({ hint }) => hint.source).join('|'), 'iy');
/** Three characters of five bits each, so that what came before them has been shifted out. */
const BUCKETS = 1 << 15;
const table = new Uint8Array(BUCKETS);
/** Letters lose their case; other characters may fall together, which costs a look. */
const rolled = (before: number, code: number): number => ((before << 5) ^ (code | 32)) & (BUCKETS - 1);

for (const triple of TRIPLES.split(' ')) mark(triple);
for (const pair of PAIRS.split(' ')) for (let c = 0; c < 128; c++) mark(pair + String.fromCharCode(c));

function mark(triple: string): void {
  let bucket = 0;
  for (let i = 0; i < triple.length; i++) bucket = rolled(bucket, triple.charCodeAt(i));
  table[bucket] = 1;
}

export function mayHoldSecret(text: string): boolean {
  let bucket = 0;
  for (let i = 0; i < text.length; i++) {
    bucket = rolled(bucket, text.charCodeAt(i));
    if (table[bucket] === 1) {
      AT.lastIndex = i - 2;
      if (AT.test(text)) return true;
    }
  }
  return false;
}
