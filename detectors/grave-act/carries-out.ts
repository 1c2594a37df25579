import { type Act, actWith, isProduction } from './act.ts';
import { hostsIn, isBare, isNear } from './hosts.ts';
import { isPublic } from './public.ts';

/** Programs that carry what they are given to another host, by what gives it: a file, or what comes through a pipe. */
const CARRIES = new Map<string, RegExp>([
  [
    'curl',
    /\s(?:-\w*T\s*|--upload-file[= ]\s*|(?:-\w*[dF]|--data(?:-binary|-raw)?|--form)[= ]?\s*["']?(?:\w+=)?["']?@)["']?([^\s"';]+)/,
  ],
  ['wget', /\s--(?:post|body)-file[= ]\s*["']?([^\s"';]+)/],
  ['scp', /\s((?!-)[^\s:]+)\s+(?:[\w.-]+@)?[\w.-]+:/],
  ['rsync', /\s((?!-)[^\s:]+)\s+(?:[\w.-]+@)?[\w.-]+:/],
  ['aws', /\ss3\s+(?:cp|mv|sync)\s+(?:--?\S+\s+){0,8}["']?((?!s3:\/\/|-\w)[^\s"']+)["']?\s+["']?s3:\/\//],
  ['gsutil', /\s(?:cp|mv|rsync)\s+(?:-\S+\s+){0,8}["']?((?!gs:\/\/|-\w)[^\s"']+)["']?\s+["']?gs:\/\//],
  ['gcloud', /\sstorage\s+(?:cp|mv|rsync)\s+(?:--?\S+\s+){0,8}["']?((?!gs:\/\/|-\w)[^\s"']+)["']?\s+["']?gs:\/\//],
  ['azcopy', /\s(?:copy|cp|sync)\s+["']?((?!https?:)[^\s"']+)["']?\s+["']?https:\/\//],
  ['nc', /\s[\w.-]+\s+\d+()/],
  ['ncat', /\s[\w.-]+\s+\d+()/],
]);
for (const program of ['mail', 'mailx', 's-nail']) CARRIES.set(program, /(?:<|\s-[aA])\s*["']?([^\s"'<-][^\s"'<]*)/);
/** What they carry goes to a store of a cloud, which has a name without dots. */
const STORES = /^(?:aws|gsutil|gcloud)$/;
/** Files of data: what is exported, dumped or packed. */
const DATA = /\.(?:sql|csv|tsv|dump|bak|db|sqlite3?|parquet|xlsx?|mdb|pst|tar|tgz|zip|7z|rar|gz|bz2|xz|zst|gpg)$/i;
export const isData = (file: string): boolean => DATA.test(file);
/** What of it is data as it stands: an archive is as often a build. */
const TABLES = /\.(?:sql|csv|tsv|dump|bak|db|sqlite3?|parquet|xlsx?|mdb|pst)(?:\.\w{2,3})?$/i;
/** What somebody wrote, or a program logged: with a request of an API goes JSON. */
const TEXT =
  /\.(?:log|txt|md|rst|html?|pdf|docx?|pptx?|odt|eml|msg|ipynb|diff|patch|pem|key|env|py|tsx?|jsx?|go|rs|java|kt|cs|cpp|c|rb|php|sh)$/i;
/** What brings out a database, or packs much into one. */
const BRINGS_OUT =
  /^(?:pg_dump(?:all)?|mysqldump|mariadb-dump|mongodump|mongoexport|sqlite3|clickhouse-client|redis-cli|psql|mysql|tar|zip|7z|pg_basebackup)$/;
const REMOTE = /(?:^|\s)(?:[\w.-]+@)?([\w.-]+\.[\w.-]+):\S*\s*$/;

/** The flow of a line through pipes: programs and what they are given. */
interface Step {
  after: string;
  program: string;
  given: string;
}

/** What a line sends to a host outside: a file of data, or what a database gives through a pipe (MITRE ATT&CK T1048). */
export function carriesOut(steps: readonly Step[]): Act | null {
  let source: Step | undefined;
  for (const step of steps) {
    if (!/^\s*\|&?\s*$/.test(step.after)) source = undefined;
    const carried = CARRIES.get(step.program)?.exec(step.given);
    if (carried) {
      const file = carried[1] ?? '';
      const host = hostOf(step);
      const piped = source !== undefined && /^(?:-|\.|)$/.test(file);
      const copies = /^(?:scp|rsync)$/.test(step.program);
      const stored = STORES.test(step.program);
      if (host !== '' && (stored || !isNear(host)) && (piped || copies || DATA.test(file) || TEXT.test(file))) {
        const shows = piped
          ? `${source!.program}${source!.given} | ${step.program}${step.given}`
          : `${step.program}${step.given}`;
        const grave = isBare(host) || (piped && isProduction(shows));
        // To a host by its name is how builds and backups are copied, and to what everybody uses how reports are.
        const mild =
          !isBare(host) && !TABLES.test(file) && !piped && (copies || stored || (TEXT.test(file) && isPublic(host)));
        return actWith('sends_out', mild ? 'low' : grave ? 'high' : 'medium', shows, host);
      }
    }
    if (BRINGS_OUT.test(step.program)) source = step;
  }
  return null;
}

function hostOf({ program, given }: Step): string {
  if (program === 'nc' || program === 'ncat') return /\s([\w.-]+)\s+\d+/.exec(given)?.[1] ?? '';
  if (/^(?:mailx?|s-nail)$/.test(program)) return /@([\w-]+(?:\.[\w-]+)+)/.exec(given)?.[1]?.toLowerCase() ?? '';
  if (program === 'scp' || program === 'rsync') return REMOTE.exec(given.slice(-400))?.[1] ?? '';
  return hostsIn(given, 1)[0] ?? '';
}
