import { type Act, act } from './act.ts';

/** A pipeline that takes the secrets it is given out of itself (MITRE ATT&CK T1552): all of them, or some in what is sent. */
export function dumpsSecrets(file: string, text: string): Act | null {
  if (!text.includes('secrets') || !isPipeline(file)) return null;
  // Programs of a pipeline are given secrets by name: all at once only to be looked at.
  const all = /\btoJSON\(\s*secrets\s*\)/i.exec(text);
  if (all !== null) {
    const from = text.lastIndexOf('\n', all.index) + 1;
    const line = text.slice(Math.max(from, all.index - 300), all.index + 300).split('\n', 1)[0]!;
    if (TAKES_OUT.test(line)) return act('dumps_ci_secrets', 'high', line);
  }
  const sent = SENT.exec(text);
  return sent === null ? null : act('dumps_ci_secrets', 'medium', sent[0]);
}

const TAKES_OUT = /\b(?:curl|wget|base64|xxd|nc|echo|printf|tee)\b|<<<|>\s*\/?\w/;
const PIPELINE =
  /(?:^|[/\s"'>])(?:\.github\/(?:workflows|actions)\/|\.gitlab-ci|\.circleci\/|\.drone\.|azure-pipelines|action\.ya?ml|\.woodpecker|bitbucket-pipelines|\.buildkite\/|\.travis\.yml|jenkinsfile|cloudbuild\.ya?ml|buildspec\.ya?ml|\.(?:forgejo|gitea)\/workflows\/)/i;
/** A file that says what a pipeline does, or a command that names one. */
export const isPipeline = (file: string): boolean => PIPELINE.test(file);

const SENT =
  /\b(?:echo|printf)\s[^\n|]{0,200}\$\{\{\s*secrets\.\w+\s*\}\}[^\n|]{0,80}\|\s*(?:base64|xxd|rev|od|nc|curl)\b|\b(?:curl|wget)\s[^\n]{0,300}\s(?:-d|--data[\w-]{0,12}|-F|--form)[= ][^\n]{0,60}\$\{\{\s*secrets\.\w+\s*\}\}/;
