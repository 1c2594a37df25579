import { type Act, act } from './act.ts';

const PROTECTED = /(?:^|[\s:/+])(?:(main|master|trunk|production|prod)|(release)s?(?:[/-][\w.-]+)?)["']?(?=[\s)]|$)/;

/** A push that rewrites, or takes away, a branch that others build on (MITRE ATT&CK T1565.001), or gets past its protection. */
export function rewritesHistory(program: string, given: string): Act | null {
  if (program === 'git') {
    const found = /\spush\b/.test(given) ? PROTECTED.exec(given) : null;
    if (found === null) return null;
    const forced =
      /\s(?:-\w*f\w*|--force(?:-with-lease|-if-includes)?(?:=\S+)?|--delete|-d)(?=\s|$)|\s["']?(?:\+|:)[\w/]/.test(
        given,
      );
    return forced ? act('rewrites_history', 'medium', `git${given}`, { group: found[1] ?? found[2] ?? '' }) : null;
  }
  if (program !== 'gh' && program !== 'glab') return null;
  if (/^\s+pr\s+merge\b.*\s--admin(?=\s|$)/s.test(given))
    return act('rewrites_history', 'medium', `${program}${given}`, { group: 'unreviewed' });
  return /-X\s*DELETE\b/.test(given) && /\/protection\b|\/rulesets\/|\/protected_branches\//.test(given)
    ? act('rewrites_history', 'medium', `${program}${given}`)
    : null;
}
