import { type Act, actWith } from './act.ts';
import { isNear } from './hosts.ts';

/** Programs that only have a name looked up: whoever answers for its domain reads it (MITRE ATT&CK T1048.003). */
const ASKS = /^(?:dig|kdig|drill|nslookup|host|ping6?|fping|hping3?|traceroute|tracepath|mtr|getent|resolvectl)$/;

/** Machines and sites that a cloud gives such names itself. */
const NAMED_BY_CLOUD =
  /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|awsglobalaccelerator\.com|cloudfront\.net|elasticbeanstalk\.com|on\.aws|azure(?:-\w+|\w*)\.(?:com|net|io|us|cn)|windows\.net|cloudapp\.net|trafficmanager\.net|azurefd\.net|googleusercontent\.com|run\.app|cloudfunctions\.net|googleapis\.com|firebaseapp\.com|akamai\w*\.net|edgekey\.net|fastly\.net|cloudflare\.net|workers\.dev|pages\.dev|ondigitalocean\.app|vercel\.app|netlify\.app|herokuapp\.com|herokudns\.com|onrender\.com|fly\.dev|mongodb\.net|snowflakecomputing\.com|databricks\.com|elastic-cloud\.com|confluent\.cloud|neon\.tech|supabase\.co)$/;

const NAME = /(?<![\w.@-])((?:[\w-]{1,63}\.){2,20}[a-z]{2,24})\.?(?![\w.@-])/gi;
/** A name whose first part is put together where it runs, out of what is written in other letters. */
const MADE = /(?:[)`}]|\$\w{1,40})["']?\.((?:[\w-]{1,63}\.){1,20}[a-z]{2,24})/i;
const ENCODER = /\b(?:base64|base32|basenc|xxd|od|hexdump)\b/;

/** `whole`: the text around the command: what it asks for may be encoded before. */
export function looksUp(program: string, given: string, whole: string): Act | null {
  if (!ASKS.test(program)) return null;
  const shows = `${program}${given}`;
  for (const [, name = ''] of given.matchAll(NAME)) {
    const labels = name.toLowerCase().split('.');
    const data = labels.findLastIndex(holdsData);
    if (data >= 0 && data < labels.length - 2) return sent(shows, labels.slice(data + 1).join('.'));
  }
  // Parentheses of what makes the name part the command.
  const made = ENCODER.test(whole) ? MADE.exec(/[$`]["']?\s*$/.test(given) ? whole : given)?.[1] : undefined;
  return made === undefined ? null : sent(shows, made.toLowerCase());
}

function sent(shows: string, host: string): Act | null {
  return isNear(host) || NAMED_BY_CLOUD.test(host) ? null : actWith('sends_out', 'medium', shows, host);
}

const LEAST_HEX = 16;
const LEAST_BASE32 = 24;

/** A part of a name that no person gave: bytes in hex or in base32. `_` begins what proves who owns a name. */
function holdsData(label: string): boolean {
  if (/^[\da-f]+$/.test(label)) return label.length >= LEAST_HEX && /\d/.test(label) && /[a-f]/.test(label);
  return label.length >= LEAST_BASE32 && /^[a-z2-7]+$/.test(label) && (label.match(/[2-7]/g) ?? []).length >= 3;
}
