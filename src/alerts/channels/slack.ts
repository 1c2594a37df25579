import type { Alert } from '../../../schemas/alert.ts';
import { cut } from '../../../schemas/cut.ts';
import type { AlertContext, Channel } from '../channel.ts';
import { escapeSlack } from '../escape.ts';
import { type PostOptions, post } from '../post.ts';
import { alertText } from '../text.ts';

interface SlackOptions extends PostOptions {
  name: string;
  /** Incoming webhook. The URL is the secret: it is never logged. */
  url: string;
}

/** Slack's limits: characters of a header, of a section, of a field; and how many fields a section has. */
const HEADER = 150;
const SECTION = 3_000;
const FIELD = 2_000;
const FIELDS = 10;
/** Slack refuses a message of about 13,200 characters, though no block is too long. */
const TOTAL = 12_000;
/** What Slack says of a message that it will never take. 403 and 404 mean that the webhook is gone, and may be mended. */
const PERMANENT = [400, 413];

export function slack({ name, url, ...options }: SlackOptions): Channel {
  return {
    name,
    wantsContext: true,
    send: ({ alert, at, context }, signal) =>
      post(url, { 'content-type': 'application/json' }, JSON.stringify(slackMessage(alert, context)), at, signal, {
        permanent: PERMANENT,
        ...options,
      }),
  };
}

type Text = { type: 'plain_text'; text: string; emoji: false };
type Block =
  | { type: 'header'; text: Text }
  | { type: 'section'; text: Text }
  | { type: 'section'; fields: Text[] }
  | { type: 'actions'; elements: { type: 'button'; text: Text; url: string }[] }
  | { type: 'context'; elements: Text[] };

/**
 * Block Kit with plain text alone: nothing that an agent can be made to write turns into a link, a mention or a style.
 * The one link is a button to our own page.
 */
export function slackMessage(alert: Alert, context?: AlertContext) {
  const text = alertText(alert, context);
  const heading = `${text.badge}: ${text.title}`;
  const facts = text.facts.slice(0, 2 * FIELDS).map(({ label, text: value }) => plain(`${label}\n`, value, 300));
  const blocks: Block[] = [
    { type: 'header', text: plain('', heading, HEADER) },
    { type: 'section', text: plain('', text.summary, 2_000) },
    { type: 'section', text: plain('Do first\n', text.firstStep, 500) },
    ...(text.link === undefined ? [] : [opening(text.link)]),
    ...chunks(facts, FIELDS).map((fields): Block => ({ type: 'section', fields })),
    ...(text.calls.length === 0
      ? []
      : [{ type: 'section', text: lines('Calls\n', text.calls.slice(-20), 2_000) } as const]),
    { type: 'section', text: plain('SQL\n', text.sql, 1_500) },
    { type: 'context', elements: text.references.map(({ label, text: value }) => plain(`${label} `, value, 300)) },
  ];
  // `text` is what a notification shows; Slack reads markup in it unless told not to.
  const message = {
    text: plain('', heading, HEADER).text,
    mrkdwn: false,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  };
  return { ...message, blocks: within(blocks, TOTAL - message.text.length) };
}

const opening = (url: string): Block => ({
  type: 'actions',
  elements: [{ type: 'button', text: plain('', 'Open the alert', 75), url }],
});

/** Escaped, at most `max` characters; the label is ours and goes before it. */
const plain = (label: string, text: string, max: number): Text => ({
  type: 'plain_text',
  text: label + escapedCut(text, Math.min(max, FIELD) - label.length),
  emoji: false,
});

/** Whole lines, the last ones where there is no room for all: what led there ends with what is told. */
function lines(label: string, texts: readonly string[], max: number): Text {
  const kept: string[] = [];
  let left = Math.min(max, SECTION) - label.length;
  for (const text of texts.toReversed()) {
    const line = escapedCut(text, 140);
    left -= line.length + 1;
    if (left < 0) break;
    kept.unshift(line);
  }
  return { type: 'plain_text', text: label + kept.join('\n'), emoji: false };
}

/** Cuts so that what is escaped fits, without cutting an escape in two. */
function escapedCut(text: string, max: number): string {
  let kept = cut(text, max);
  while (escapeSlack(kept).length > max && kept.length > 1)
    kept = cut(kept, Math.max(1, Math.floor((kept.length * max) / escapeSlack(kept).length) - 1));
  return escapeSlack(kept) || '-';
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

function textsOf(block: Block): Text[] {
  if (block.type === 'actions') return block.elements.map(({ text }) => text);
  if (block.type === 'context') return block.elements;
  return 'fields' in block ? block.fields : [block.text];
}

/** Leaves out what no longer fits, from the end on. */
function within(blocks: readonly Block[], total: number): Block[] {
  let left = total;
  return blocks.filter((block) => {
    const size = textsOf(block).reduce((sum, { text }) => sum + text.length, 0);
    if (size > left) return false;
    left -= size;
    return true;
  });
}
