import { type Act, act } from './act.ts';

/** A step of a pipeline that is somebody's: `uses: owner/action@ref`. */
const USES = /\buses:\s*["']?([\w.-]{1,60})\/([\w.-]{1,80})[\w./-]{0,120}@([\w./-]{1,80})/g;
/** Those who make the pipelines, and vendors who publish steps for their own product. */
const MAKERS =
  /^(?:actions|github|docker|aws-actions|azure|google-github-actions|hashicorp|pnpm|oven-sh|denoland|ruby|gradle|codecov|sonarsource|snyk|aquasecurity|anchore|sigstore|pypa|golangci|dtolnay|astral-sh|slackapi|dependabot|changesets|softprops|peter-evans)$/i;
/** Steps of `actions` itself: of the same name by somebody else they are a fork, or pretend to be it. */
const OF_ACTIONS =
  /^(?:checkout|cache|setup-(?:node|python|go|java|dotnet)|(?:up|down)load-artifact|github-script|stale|labeler|deploy-pages)$/i;
const FIXED = /^(?:v?\d[\w.-]*|[\da-f]{40})$/i;
const MOST = 32;

/** Owners of the steps that a text of a pipeline uses, as hosts are named. */
export const ownersIn = (text: string): string[] =>
  text.includes('uses:') ? [...text.matchAll(USES)].slice(0, MOST).map(([, owner = '']) => nameOf(owner)) : [];

const nameOf = (owner: string): string => `github.com/${owner.toLowerCase()}`;

/** A step that nobody vouches for: what it is may change with its branch, or it is a fork of one of the usual (MITRE ATT&CK T1195.001). */
export function usesStranger(text: string): Act | null {
  for (const [shows, owner = '', step = '', ref = ''] of [...text.matchAll(USES)].slice(0, MOST)) {
    if (MAKERS.test(owner) || (FIXED.test(ref) && !OF_ACTIONS.test(step))) continue;
    return act('runs_from_net', 'medium', shows, { group: nameOf(owner), host: nameOf(owner) });
  }
  return null;
}

/** Whoever offers a change has what it holds run beside the secrets of the repository it is offered to (MITRE ATT&CK T1195.002). */
export function runsOffered(text: string): Act | null {
  if (!text.includes('pull_request_target')) return null;
  const taken = /github\.event\.pull_request\.head\.(?:sha|ref|repo)|\bgithub\.head_ref\b|\brefs\/pull\//.exec(text);
  return taken === null
    ? null
    : act('runs_from_net', 'medium', `pull_request_target: ${taken[0]}`, { group: 'offered' });
}
