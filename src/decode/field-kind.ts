import type { FactKind } from '../../schemas/event.ts';
import { remembered } from '../../schemas/remember.ts';
import { MAX_PATH } from './field-path.ts';

/** What the last word of a field's name says a plain value in it is. */
const FIELD_KINDS: [FactKind, RegExp][] = [
  ['email', /(?:^|_)e?mails?$/],
  ['repository', /(?:^|_)(?:repo|repository|repos|repo_name|repository_name|project)$/],
  ['path', /(?:^|_)(?:path|paths|file|filename|file_name|dir|directory|folder|destination|source)$/],
  ['iban', /(?:^|_)iban$/],
  ['account', /(?:^|_)(?:account|acct|account_number|card|wallet|beneficiary|payee)$/],
  ['host', /(?:^|_)(?:host|hostname|server|endpoint|instance|cluster|node)$/],
  ['domain', /(?:^|_)domain$/],
  ['url', /(?:^|_)(?:url|uri|link|href|webhook|callback)s?$/],
  [
    'handle',
    /(?:^|_)(?:user|username|users|login|handle|owner|recipient|recipients|to|cc|bcc|member|members|collaborator|collaborators|participant|participants|attendee|attendees|assignee|assignees|invitee|invitees|author|channel|group|team|org|organization)s?$/,
  ],
  ['id', /(?:^|_)(?:id|ids|uid|uuid|guid|arn|number|ref|slug|sku)$/],
];
/** Arguments have few fields, and an attacker's long ones are not kept. */
export const fieldKind = remembered(
  (field): FactKind | null => {
    if (field === '') return null;
    const last = field
      .slice(field.lastIndexOf('.') + 1)
      .replaceAll('[]', '')
      .slice(-64);
    const name = last
      .replace(/([a-z\d])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toLowerCase();
    return FIELD_KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
  },
  16_384,
  MAX_PATH - 1,
);
