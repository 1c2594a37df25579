import { classRank } from '../../schemas/alert.ts';
import type { SecretStore, Seen } from '../detector.ts';
import { isProduction } from '../grave-act/act.ts';
import { addDay, daysMet, emptyIncidence, type Incidence } from '../stats/incidence.ts';
import { leavesOf, textsIn } from '../stats/leaves.ts';
import { entries } from '../stats/recent.ts';
import { lineOf } from './line.ts';

/**
 * Where an agent runs commands as its work, and the folders in which it ran them or wrote files. Whoever has an agent work
 * in a tree has put the `.env` there for what runs in it.
 */
interface Work {
  /** Days on which it ran lines of shell, by server. */
  runs: Incidence;
  folders: Incidence;
}

export interface Worker {
  /** Absent before the first. */
  work?: Work;
}

/** What a call adds to that. */
export interface Worked {
  server: string;
  /** Lines of shell were run. */
  ran: boolean;
  /** The folders that it named, as it named them. */
  folders: readonly string[];
}

const NOTHING: readonly string[] = [];
const FOLDER = /(?:^|\.)(?:cwd|work(?:ing)?_?dir(?:ectory)?)$/i;
const PATH = /(?:^|[._])(?:file_?)?path$/i;
/** What is run on another machine, or in a container, is in no tree of its person's. */
const MACHINE = /(?:^|[._])(?:host|hostname|machine|container|pod|instance|vm|device)(?:_?(?:id|name))?$/i;
/** A line that goes there, or becomes somebody else; and one that wraps up what it reads, which nobody needs to run a program. */
const OTHERWISE =
  /(?:^|[\s;&|(/"'])(?:ssh|scp|rsync|sftp|kubectl|oc|docker|podman|nerdctl|lxc|vagrant|nsenter|chroot|sudo|su|base(?:64|32)|xxd|od|gpg|openssl|tar|zip|gzip|7z)\s/;
const LINE = 16_384;
const MOVES = /^\s{0,8}cd\s{1,8}["']?([^\s"';&|]{1,400})["']?\s{0,8}(?:&&|;|\n)/;

const isOtherwise = ([key, value]: readonly [string, unknown]): boolean =>
  MACHINE.test(key) || textsIn(value).some((text) => OTHERWISE.test(text.slice(0, LINE)));

export function workedIn(seen: Seen): Worked {
  const { server, args } = seen.event.body;
  const leaves = leavesOf(args);
  const elsewhere = leaves.some(([key]) => MACHINE.test(key));
  const ran = !elsewhere && classRank(seen.class) >= classRank('execute') && lineOf(args) !== '';
  if (!ran && (elsewhere || seen.class !== 'write')) return { server: server.id, ran: false, folders: NOTHING };
  const named = leaves.flatMap(([key, value]) => {
    const texts = textsIn(value);
    if (FOLDER.test(key)) return texts;
    if (ran) return texts.flatMap((text) => MOVES.exec(text)?.[1] ?? []);
    return PATH.test(key) ? texts.map((text) => text.slice(0, Math.max(0, text.lastIndexOf('/')))) : [];
  });
  return { server: server.id, ran, folders: named.map(folderOf).filter((folder) => PEOPLE.test(folder)) };
}

const LONGEST = 120;
const folderOf = (path: string): string =>
  path.includes('/../') ? '' : path.replaceAll('\\', '/').slice(0, LONGEST).replace(/\/$/, '');

/** A folder in somebody's home, or in a container for development. */
const PEOPLE = /^(?:~|(?:[a-z]:)?\/(?:home|users)\/[^/]+|\/root|\/workspaces?)\/[^/]/i;
const HOME = /^(?:[a-z]:)?\/(?:home|users)\/[^/]+|^\/root/i;
const ROOTED = /^(?:[~/$%]|[a-z][a-z+.-]*:)/i;
const DAYS = 3;

/** Whether it is the `.env` of a tree in which the agent, which runs commands as its work, worked on a day before. */
export function isOwn({ work }: Worker, { kind, place, home }: SecretStore, seen: Seen, day: number): boolean {
  if (work === undefined || kind !== '.env' || !/(?:^|\/)\.env$/.test(place) || isProduction(place)) return false;
  const { server, args } = seen.event.body;
  if (work.runs.n < DAYS || leavesOf(args).some(isOtherwise)) return false;
  if (!ROOTED.test(place)) return !place.startsWith('..') && daysMet(work.runs, server.id) >= DAYS;
  const whole = home === undefined ? place : `${home}${place.slice(1)}`;
  const folder = whole.slice(0, whole.lastIndexOf('/'));
  if (!PEOPLE.test(folder)) return false;
  return entries(work.folders.days).some(([one, [met, last]]) => {
    const before = met > 1 || last < day;
    const known = folder.startsWith('~') || one.startsWith('~') ? one.replace(HOME, '~') : one;
    const asked = one.startsWith('~') ? folder.replace(HOME, '~') : folder;
    return before && (known === asked || known.startsWith(`${asked}/`));
  });
}

const SERVERS = 16;
const FOLDERS = 64;

export function learnWork(state: Worker, { server, ran, folders }: Worked, day: number): void {
  if (!ran && folders.length === 0) return;
  state.work ??= { runs: emptyIncidence(), folders: emptyIncidence() };
  if (ran) addDay(state.work.runs, server, day, SERVERS);
  for (const folder of folders.slice(0, 8)) addDay(state.work.folders, folder, day, FOLDERS);
}
