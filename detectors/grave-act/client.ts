import { type Act, act } from './act.ts';
import { fetchedBy } from './fetched.ts';
import { hostsIn, isNear } from './hosts.ts';

/** What an agent's own client may do: which servers it has, what runs at each step, and what it asks for before it acts. */

const OF_CLIENT =
  /(?:^|\/)(?:\.claude\/settings(?:\.local)?\.json|\.claude\.json|\.?mcp\.json|opencode\.jsonc?|\.(?:cursor|vscode|gemini|windsurf|codex|copilot|kiro|roo)\/(?:settings\/)?(?:mcp|settings|mcp_config|config|permissions)\.(?:json|toml)|claude_desktop_config\.json|(?:Code|Cursor|VSCodium|Windsurf)(?: - Insiders)?\/User\/(?:settings|mcp)\.json|\.vscode-server\/data\/Machine\/settings\.json)$/;
export const isOfClient = (path: string): boolean => OF_CLIENT.test(path);

const OPENS = /mcp_?servers|"hooks"|enableAllProjectMcpServers/i;
/** Whatever the model wants to do is done: the makers' own words for it. */
const UNASKED =
  /"allow"\s*:\s*\[[^\]]{0,400}"(?:\*|Bash(?:\((?::?\*)\))?)"|bypassPermissions|"chat\.tools\.(?:global\.)?autoApprove"\s*:\s*true|"chat\.permissions\.default"\s*:\s*"(?:bypass|autopilot)|"chat\.tools\.terminal\.autoApprove"\s*:\s*\{[^}]{0,400}"(?:\/?\^?\.\*\$?\/?|\*)"\s*:\s*true|approval_policy\s*=\s*"never"|danger-full-access|"(?:defaultA|a)pprovalMode"\s*:\s*"yolo"|"autoAccept"\s*:\s*true|\.permissions\.deny\s*=\s*\[\s*\]|\bdel\(\s*\.permissions\.deny\b|"permission"\s*:\s*"allow"|"bash"\s*:\s*"allow"/;

/** What settings that are written there let in, or let through unasked; null where neither. */
export function clientOpened(path: string, text: string): Act | null {
  const opens = OPENS.test(text);
  const host = opens ? (hostsIn(text).find((one) => !isNear(one)) ?? '') : '';
  if (host !== '') return act('persists', 'medium', `${path}: ${text}`, { group: 'client', host });
  const unasked = UNASKED.exec(text);
  if (unasked !== null) return act('drops_approval', 'medium', `${path}: ${unasked[0]}`, { group: 'client' });
  return opens ? act('persists', 'low', `${path}: ${text}`, { group: 'client' }) : null;
}

const YOLO = /\s(?:--yolo|-y|--approval-mode[= ]["']?yolo)(?=["'\s]|$)/;
const TRUSTS_ALL = /\s--trust-all-tools\b/;
/** Clients that are started so that they ask nobody. */
const STARTED = new Map<string, RegExp>([
  ['claude', /\s(?:--(?:allow-)?dangerously-skip-permissions|--permission-mode[= ]["']?bypassPermissions)\b/],
  ['codex', /\s(?:--yolo|--dangerously-bypass-approvals-and-sandbox|(?:--sandbox|-s)[= ]["']?danger-full-access)\b/],
  ['gemini', YOLO],
  ['qwen', YOLO],
  ['q', TRUSTS_ALL],
  ['kiro-cli', TRUSTS_ALL],
  ['copilot', /\s--(?:allow-all(?:-tools)?|yolo)(?=\s|$)/],
  ['cursor-agent', /\s(?:--yolo|--force|-f)(?=\s|$)/],
]);

/** An agent starts another one without the questions that its makers put before what it does (MITRE ATLAS AML.T0081). */
export function startsUnasked(program: string, given: string): Act | null {
  const { scope, name, more } = fetchedBy(program, given) ?? { scope: '', name: program, more: given };
  return STARTED.get(scope === '' ? name : (PACKED[`${scope}${name}`] ?? ''))?.test(more) === true
    ? act('drops_approval', 'medium', `${program}${given}`, { group: 'client' })
    : null;
}
const PACKED: Readonly<Record<string, string>> = {
  '@anthropic-ai/claude-code': 'claude',
  '@openai/codex': 'codex',
  '@google/gemini-cli': 'gemini',
  '@github/copilot': 'copilot',
};
