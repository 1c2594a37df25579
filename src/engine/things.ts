import type { PrivilegeClass } from '../../schemas/alert.ts';
import { verbs } from './verbs.ts';
import { wordSet } from './words.ts';

/** Verbs that as often name a thing: `order.get`, `batch_list` and `label-search` only read. */
const THINGS = wordSet(
  'order batch label tag record comment email message post invite pin build link draft schedule transfer refund book resume import route commit request',
);
/** Verbs that end a name only as verbs: what stands before them is the thing. */
const ENDINGS = wordSet(
  'get list search fetch describe find query read show view lookup count status history details info stats create update delete remove',
);

/** Verbs that only look, and as often name a thing: `history_clear`, `view.create` and `load_balancer_delete` change it. */
const LOOKED_AT = wordSet(
  'list search query view test preview snapshot screenshot monitor watch export download scan load access log logs history details info stats status summary total top tree health help capabilities calculate measure estimate audit track',
);
const CHANGES = wordSet(
  'create update delete remove add edit insert upsert replace write modify rename move clear reset purge restore send publish upload grant revoke execute run start stop restart trigger deploy set cancel enable disable approve reject deny assign createorupdate',
);

/** What is started, and as often only looked at: `deploy_logs_get`, `install_status`. */
const STARTED = wordSet(
  'deploy build run install script command shell rollback launch grant trigger powershell pwsh zsh osascript applescript',
);
const LOOKS = wordSet('get list history status details info help logs stats guide');

/** What is told of a thing: behind other words it is as often what is acted on, `import_user_list`. */
const TOLD = wordSet('list details info status history stats count view logs');

/** The first verb of a name is the thing, and its last word what is done to it; `next`: nothing stands between them. */
export const endDecides = (first: string, last: string, next: boolean): boolean =>
  (LOOKED_AT.has(first) && CHANGES.has(last)) ||
  ((next || !TOLD.has(last)) && ((THINGS.has(first) && ENDINGS.has(last)) || (STARTED.has(first) && LOOKS.has(last))));

/** What may stand before `get` only as a thing: `share_get`, `deploy_hook_get_by_project`. */
const GOTTEN = wordSet('share upload pull merge deploy build install trigger');

/** Where `get` stands behind a thing and nothing is changed after it, as in `tag_get_signature`; else -1. */
export function getAt(first: string, words: readonly string[]): number {
  if (!THINGS.has(first) && !GOTTEN.has(first)) return -1;
  const at = words.indexOf('get', 1);
  if (at < words.indexOf(first) || JOINING.has(words[at - 1]!)) return -1;
  return words.slice(at + 1).some((word) => CHANGES.has(word)) ? -1 : at;
}
export const JOINING = wordSet('and or then');

/** What a name without a verb ends with where it only tells: `dns_report`, `collection-schema`. */
export const TELLS = wordSet(
  'summary statistics overview schema schemas indexes guidance analysis report reports similarity topology documentation docs metadata metrics version versions usage diagnosis limits definitions recommendation recommendations comparison explorer analyzer instructions practices performance exists',
);

/** What acts by itself from then on: to set one up is class execute, whatever the verb. */
export const AUTOMATIONS = wordSet(
  'webhook webhooks cronjob crontab autoforward autoforwarding automation automations',
);
export const AUTOMATION_PAIRS = wordSet(
  'forwarding rule,forwarding rules,forwarding address,forwarding addresses,auto forward,auto forwarding,inbox rule,inbox rules,mail rule,mailbox rule,message rule,transport rule,mail filter,mail filters,email filter,email filters,gmail filter,gmail filters,cron job,scheduled task,scheduled job,startup script',
  ',',
);
/** To send to one, or to end one, sets up nothing. */
export const SETS_UP = wordSet(
  'create add set put new make update edit modify change enable register configure insert schedule manage',
);

/** What is only followed, spoken or measured: to start it runs nothing. */
const PASSING = wordSet(
  'conversation conversations chat thread discussion timer time auth authentication login oauth meeting call trial draft trace tracing recording video screencast search research researcher tour tracking timesheet game quiz report reports',
);
const STARTS = wordSet('start stop launch');
/** What is done to these is done on them, by a command that they carry out. */
const DEVICES = wordSet(
  'device devices host hosts endpoint endpoints machine machines computer computers laptop workstation',
);
const COMMANDED = wordSet('wipe erase lock unlock isolate contain quarantine reset');

/** An export goes to whoever asks, in some form; where it says one of these, it is put there. */
const PLACES = wordSet(
  's3 gcs bucket blob storage lake warehouse snowflake bigquery redshift drive gdrive onedrive sharepoint dropbox box sheets ftp sftp server url webhook email slack',
);
/** Where nothing of it is known, the verb alone would say read: `resolve_case` closes one. */
const CASES = wordSet(
  'case cases thread threads issue issues incident incidents alert alerts ticket tickets comment comments conversation conversations discussion discussions finding findings conflict conflicts error errors dispute disputes task tasks note todo problem vulnerability vulnerabilities violation violations',
);
const RUNS = wordSet('build deployment run job');
const RUN_OF = wordSet('pipeline workflow job dag notebook');
const RUN_AGAIN = wordSet('retry unblock submit');

/** What is judged, and not run. */
const ASSESSED = wordSet(
  'model models agent agents risk risks policy policies flag flags response responses prompt prompts quality performance',
);

/** What is opened to be looked at; whatever else is opened is begun or let in: `open_issue`, `open_port`. */
const LOOKED_INTO = wordSet(
  'file files folder folders directory page pages url urls uri link links site website web browser tab tabs window node nodes document documents doc docs image images view screen menu dialog panel editor workbook worksheet sheet spreadsheet notebook note book email emails mail message attachment chart report dashboard map project repo repository workspace diff source code library data',
);
/** What stands behind `log` where it is a log that is read; of all else one writes down: `log_expense`. */
const LOG_PARTS = wordSet(
  'file files entry entries line lines level levels group groups stream streams event events query queries pattern patterns source sources format insights metrics analysis analyzer summary search list get tail view show read fetch filter stats count history details data by for from tool',
);
/** What brings code of its own. */
const LOADED = wordSet('extension extensions plugin plugins module modules library libraries driver addon');

/** What is tracked where it is on its way; all else is noted: `track_time`. */
const ON_ITS_WAY = wordSet(
  'order orders shipment shipments shipping package packages parcel parcels delivery deliveries vehicle vehicles truck trucks fleet flight flights container containers courier trip',
);

/** To test one sends something through it, to whoever listens. */
const SENT_TO = wordSet('hook hooks webhook webhooks notification notifications smtp');
const COMMANDS = wordSet('command commands');
/** Never a thing: `insert_execute_code_cell` does both. */
const RUNS_IT = wordSet('execute exec');

/** Programs that attack, by name: what is named after one runs it, whatever it calls that. */
const ATTACKS = wordSet(
  'nmap masscan zmap rustscan sqlmap nikto nuclei gobuster feroxbuster dirbuster ffuf wfuzz wpscan hydra hashcat metasploit msfconsole msfvenom meterpreter crackmapexec netexec mimikatz impacket smbmap enum4linux burpsuite aircrack',
);
const ATTACKING = wordSet('scan crawl test generate analyze');

/** The attacking program that a name runs, or null where it is none or only its results are asked for. */
export function attacks(verb: string | null, words: readonly string[]): string | null {
  if ((verb !== null && !ATTACKING.has(verb)) || LOOKS.has(words.at(-1) ?? '')) return null;
  return words.find((word) => ATTACKS.has(word)) ?? null;
}

/** What the object of a verb makes of it, or null where it stays what it is. */
export function byObject(verb: string, words: readonly string[]): PrivilegeClass | null {
  if (STARTS.has(verb) && words.some((word) => PASSING.has(word))) return 'write';
  if (verb === 'resolve' && words.some((word) => CASES.has(word))) return 'write';
  if (verb === 'open' && words.length > 1 && !words.some((word) => LOOKED_INTO.has(word))) return 'write';
  if (verb === 'log' && !LOG_PARTS.has(words[words.indexOf(verb) + 1] ?? 'list')) return 'write';
  if (verb === 'load' && words.some((word) => LOADED.has(word))) return 'execute';
  if (verb === 'track' && !words.some((word) => ON_ITS_WAY.has(word))) return 'write';
  if (verb === 'test' && words.some((word) => SENT_TO.has(word))) return 'write';
  if (verb === 'send' && words.some((word) => COMMANDS.has(word))) return 'execute';
  if (verbs.get(verb) === 'write' && words.some((word) => RUNS_IT.has(word))) return 'execute';
  if (verb === 'evaluate' && words.some((word) => ASSESSED.has(word))) return 'read';
  if (COMMANDED.has(verb) && DEVICES.has(words[words.indexOf(verb) + 1] ?? '')) return 'execute';
  if (verb === 'export' && PLACES.has(words[words.indexOf('to', 1) + 1]!) && words.includes('to')) return 'write';
  const last = (words.at(-1) ?? '').replace(/s$/, '');
  const before = words.at(-2) ?? '';
  if (SETS_UP.has(verb) && last === 'trigger') return 'execute';
  if (verb === 'create' && (last === 'build' || last === 'deployment')) return 'execute';
  if (verb === 'create' && last === 'run' && (before === 'create' || RUN_OF.has(before))) return 'execute';
  if (RUN_AGAIN.has(verb) && (RUNS.has(last) || last === 'pipeline' || last === 'workflow')) return 'execute';
  return null;
}

/** What is asked in a language of queries: SQL is read and says what it does; of others these only ask. */
const ASKED = wordSet('query queries sql soql cypher opencypher gremlin esql');
const ASKS_ONLY = wordSet('promql logql kql kusto soql insights logs metrics search');

/** `run_query`, `execute_sql`: asks and `only` asks, or as its arguments say. */
export function asks(verb: string, words: readonly string[]): 'only' | 'as said' | null {
  if (verb !== 'run' && verb !== 'execute' && verb !== 'exec') return null;
  if (words.some((word) => ASKS_ONLY.has(word))) return 'only';
  return words.some((word) => ASKED.has(word)) ? 'as said' : null;
}
