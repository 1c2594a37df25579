import { classRank } from '../../schemas/alert.ts';
import { undisguised } from '../../schemas/shell.ts';
import type { Seen } from '../detector.ts';
import { commandsIn } from '../stats/commands.ts';
import { calledBy } from '../stats/dispatched.ts';
import { leavesOf } from '../stats/leaves.ts';
import { perPair } from '../stats/per-pair.ts';
import { type Act, graver } from './act.ts';
import { toolDoes } from './api.ts';
import { backups } from './backups.ts';
import { checks } from './checks.ts';
import { dumpsSecrets, isPipeline } from './ci.ts';
import { commandDoes } from './commands.ts';
import { credentials } from './credentials.ts';
import { exporting } from './exports.ts';
import { filesIn } from './files.ts';
import { runsFetched } from './from-net.ts';
import { sqlGives } from './gives-sql.ts';
import { installing } from './installing.ts';
import { itself } from './itself.ts';
import { jobs } from './jobs.ts';
import { mailRules } from './mail-rule.ts';
import { manifestDoes, manifests } from './manifest.ts';
import { openings } from './opens.ts';
import { isPackaging } from './packaging.ts';
import { payees } from './payee.ts';
import { fileLeft, mayLeave } from './persists.ts';
import { pictures } from './pictures.ts';
import { pasting } from './publishes.ts';
import { sqlEndsRecovery } from './recovery.ts';
import { repositories } from './repository.ts';
import { requesting } from './requests.ts';
import { sqlSends } from './sends-out.ts';
import { sqlDestroys } from './sql.ts';
import { chainLetters, memories } from './standing-order.ts';
import { runsOffered, usesStranger } from './uses.ts';

/** A cheap first look at a command or a statement: none of the acts is without one of these. */
const MARK =
  /rm |-delete|-exec|mkfs|wipefs|blkdiscard|shred|dd |destroy|delete|drop|truncate|terminate-|purge|flush|pg:reset| rb |prune|key-deletion|push |protect|ruleset|cron|\/etc\/|\.ssh|\.git\/hooks|systemd|launch|autostart|schtasks|shrc|profile|mcp|settings|curl|wget|invoke-|iwr|irm|base64|xxd|openssl|urlopen|requests\.get|urllib|\/dev\/|nc |ncat|netcat|socat|socket|secrets|registry|index|:\/\/\d|grant |share|create[- ]|alter |policy|role|admin|mfa|attribute|ingress|-acl|principal|publicly|sudo|wheel|\+s|chmod|collaborators|visibility|deploy-key|miner|xmr|stratum|--pool|instances|rmtree|rmsync|rmdirsync|rm_rf|downloadstring|-enc|fleet|retention|protection|versioning|recovery|shadow|ssh |tunnel|ngrok|funnel|frpc|bore |chisel|--port|scp |rsync |eval|exec|hookspath|fsmonitor|https?:|copy |unload|export data|into (?:table )?function| stage\b|outfile|dumpfile|to program|dig |nslookup|drill |ping6? |getent |resolvectl|traceroute|\bhost |gist|--public|--admin|--yolo|--force|trust-all|--allow-all|approval|mutation|permissions|read_only|publish|twine|gem |termbin|nmap|remove-item|rmdir|rd \/|ri -|telnet|s_client|ztcp|\/inet|fsockopen|tcpsocket|tcpclient|net\.|mailx? |nail |s3 |storage |gsutil|azcopy|at |batch|systemd-run|reg add|setcap|setenforce|tables|nft |ufw|firewall|spctl|csrutil|lifecycle|aws |docker|podman|nerdctl|nsenter|kubectl |masscan|zmap|rustscan|naabu|fscan|rclone |git@|kind["']?:|data_retention|retain 0|\/\*|claude|package\.json|setup\.py|agents\.md|gemini\.md|copilot-|cursor|rules|update\s+\S{1,120}(?:\s+(?:as\s+)?\w{1,60})?\s+set\s/i;
const CWD = /^(?:cwd|work(?:ing)?_?dir(?:ectory)?|dir(?:ectory)?|folder|root)$/i;
const STATEMENT =
  /(?:^|[._])(?:sql|(?:sql)?query|queries|(?:sql|query)_?(?:text|string|statement)|statements?|script|command)$/i;
/** Tools that put something into files, and do not send it. */
const WRITES =
  /write|create|edit|update|put|append|save|insert|push|replace|patch|modify|move|rename|copy|upload|apply|commit/i;
const CHARS = 65_536;

type Leaves = ReturnType<typeof leavesOf>;

const READERS = [
  manifests,
  mailRules,
  repositories,
  openings,
  exporting,
  memories,
  chainLetters,
  checks,
  credentials,
  installing,
  backups,
  pictures,
  pasting,
  jobs,
  payees,
  requesting,
  itself,
];
/** Those of them that the name of a tool calls for. */
const readersOf = perPair((server: string, tool: string) => READERS.filter(({ fits }) => fits(server, tool)));

/** The gravest act that the text of a call shows, whatever tool carries it; null where it shows none. */
export function actOf({ event, class: name }: Pick<Seen, 'event' | 'class'>): Act | null {
  const { agent, server, target, args } = event.body;
  const tool = target.name ?? '';
  let found = toolDoes(server.id, tool, args);
  if (args === undefined) return found;
  const leaves = leavesOf(args);
  const called = calledBy(tool, args);
  if (called !== '') found = graver(found, toolDoes(server.id, called, args));
  for (const name of called === '' ? [tool] : [tool, called])
    for (const { does } of readersOf(server.id, name))
      found = graver(found, does({ server: server.id, tool: name, args, leaves, agent }));
  for (const [key, said] of commandsIn(leaves, classRank(name) >= classRank('execute'))) {
    const text = undisguised(said);
    if (text.length < 6 || !MARK.test(text.length > CHARS ? text.slice(0, CHARS) : text)) continue;
    found = graver(found, commandDoes(text, folderOf(leaves)));
    if (/\b(?:kubectl|oc)\b/.test(text) && /\bkind["']?:/.test(text)) found = graver(found, manifestDoes(text));
    if (STATEMENT.test(key))
      found = [
        sqlDestroys(text, where(server.id, tool, leaves)),
        sqlGives(text),
        sqlSends(text),
        sqlEndsRecovery(text),
      ].reduce(graver, found);
  }
  return graver(found, written(called || tool, leaves));
}

const DATABASE =
  /(?:^|[._])(?:database|db|db_?name|dataset|schema|cluster|instance|environment|env|connection|project|warehouse|host|branch)(?:_?(?:id|name))?$/i;
/** Where a statement runs, by the names of the server and the database: production, or what is thrown away. */
function where(server: string, tool: string, leaves: Leaves): string {
  const named = leaves
    .filter(([key, value]) => DATABASE.test(key) && typeof value === 'string')
    .map(([, value]) => value);
  return `${server} ${tool} ${named.join(' ')}`.slice(0, 400);
}

function folderOf(leaves: Leaves): string {
  const cwd = leaves.find(([key]) => CWD.test(key))?.[1];
  return typeof cwd === 'string' ? cwd : '';
}

/** What the files that are written leave behind, bring in or run. */
function written(tool: string, leaves: Leaves): Act | null {
  if (!WRITES.test(tool)) return null;
  let found: Act | null = null;
  for (const { path, text } of filesIn(leaves, isOfNote)) {
    found = graver(found, dumpsSecrets(path, text));
    if (isPipeline(path)) found = [usesStranger(text), runsOffered(text), runsFetched(text)].reduce(graver, found);
    found = graver(found, fileLeft(path, text));
  }
  return found;
}

const isOfNote = (path: string): boolean => mayLeave(path) || isPipeline(path) || isPackaging(path);
