import { withoutComments } from '../../schemas/sql-comments.ts';
import { type Act, act, actWith } from './act.ts';
import { hostsIn } from './hosts.ts';

const PLACE = String.raw`['"(]\s?((?:s3[an]?|gs|gcs|azure|wasbs?|abfss?|https?):\/\/[^\s'"]{1,300})`;
/** Statements that carry a table, or the answer to a query, to a place outside of the database; a stage is that place, by a name. */
const EXPORTS = [
  new RegExp(String.raw`\bcopy into ${PLACE}`, 'i'),
  new RegExp(String.raw`\bunload ?\(.{1,4000}?\) to ${PLACE}`, 'i'),
  new RegExp(String.raw`\bexport data\b.{0,200}?\boptions ?\(.{0,400}?\buri ?= ?${PLACE}`, 'i'),
  new RegExp(String.raw`\binsert into (?:table )?function \w{2,24} ?\(\s?${PLACE}`, 'i'),
  new RegExp(String.raw`\bcreate (?:or replace )?(?:temp\w* )?(?:external )?stage\b.{0,400}?\burl ?= ?${PLACE}`, 'i'),
];
/** Those that hand it to a program, or put it into a file, on the machine of the database. */
const BY_PROGRAM = /\bcopy .{1,4000}? to program ['"$].{0,200}/i;
const INTO_FILE = /\bselect\b.{1,4000}?\binto (?:outfile|dumpfile) ['"].{0,120}/i;
const COPIED_TO_FILE = /\bcopy\b .{1,2000}? to ['"](?<file>(?:\/|~|[a-z]:)[^'"]{1,200})['"]/i;
/** Where nobody looks for what is to stay. */
const ASIDE = /\/\.[\w-]|^\/(?:tmp|var\/tmp|dev\/shm)\//;
const LENGTH = 16_384;

/** What statements of SQL send out of the database, in one go and past the answer (MITRE ATT&CK T1537); null where none does. */
export function sqlSends(text: string): Act | null {
  const sql = withoutComments(text.slice(0, LENGTH)).replace(/\s+/g, ' ');
  const program = BY_PROGRAM.exec(sql);
  if (program !== null) return act('sends_out', 'high', program[0], { group: 'program' });
  for (const one of EXPORTS) {
    const found = one.exec(sql);
    const [host = ''] = hostsIn(found?.[1] ?? '', 1);
    if (host !== '') return actWith('sends_out', 'medium', found![0], host);
  }
  const file = INTO_FILE.exec(sql);
  if (file !== null) return act('sends_out', 'medium', file[0], { group: 'file' });
  const copied = COPIED_TO_FILE.exec(sql);
  const severity = ASIDE.test(copied?.groups?.file ?? '') ? 'medium' : 'low';
  return copied === null ? null : act('sends_out', severity, copied[0], { group: 'file' });
}
