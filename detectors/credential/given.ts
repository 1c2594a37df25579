import { leavesOf, textsIn } from '../stats/leaves.ts';

/** Credentials that arguments hold, as their redaction says. */
export interface Given {
  /** What they are of: `github`, `private-key`. */
  kinds: readonly string[];
  /** The keyed hash of the first of them. */
  hash: string;
  field: string;
}

/** Kinds that are told by their own shape, and let whoever has one in: a test holds them against what redaction knows. */
export const LETS_IN: ReadonlySet<string> = new Set(
  'private-key aws-access-key aws-secret-key gcp-api-key google-oauth github gitlab slack slack-webhook discord telegram stripe anthropic openai huggingface npm pypi rubygems crates docker sendgrid mailgun square shopify digitalocean vault terraform databricks grafana newrelic sentry linear airtable azure-client-secret azure-key pulumi postman planetscale supabase heroku flyio figma age-key 1password okta notion atlassian doppler url-credentials'.split(
    ' ',
  ),
);
const MARK = /\[redacted:([a-z\d-]{2,40}):([\da-f]{0,64})\]/g;
/** A line of the settings of a service, as `DB_PASSWORD=…`: what people tell each other has no such name. */
const VARIABLE = /\b[A-Z][A-Z\d]{0,30}_[A-Z\d_]{1,60}\s{0,2}[=:]\s{0,2}["']?$/;
const MOST = 64;

/** Files of the machine that the agent works on: credentials lie there as a rule. */
const FILE = /(?:^|[._])(?:path|file_?(?:path|name)?|filename|target_?file|uri)$/i;
const OF_MACHINE = /^(?:file:\/\/)?(?:[~/]|[a-z]:[\\/]|\$HOME)/i;
const PATCH = /^\*\*\* Begin Patch/;

/** `said`: in what people read, so is every secret that stands as the value of a variable, whatever its shape. */
export function credentialsIn(args: unknown, said = false): Given | null {
  const leaves = leavesOf(args);
  if (leaves.some(([key, value]) => typeof value === 'string' && FILE.test(key) && OF_MACHINE.test(value))) return null;
  const kinds = new Set<string>();
  let [field, hash] = ['', ''];
  for (const [key, value] of leaves) {
    const text = textsIn(value).join('\n');
    if (!text.includes('[redacted:') || PATCH.test(text)) continue;
    for (const { 1: kind = '', 2: of = '', index } of [...text.matchAll(MARK)].slice(0, MOST))
      if (LETS_IN.has(kind) || (said && VARIABLE.test(text.slice(Math.max(0, index - 100), index)))) {
        kinds.add(kind);
        field ||= key;
        hash ||= of;
      }
  }
  return kinds.size === 0 ? null : { kinds: [...kinds].sort(), hash, field: field.slice(0, 80) };
}
