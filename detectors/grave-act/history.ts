import { type Act, act } from './act.ts';

const PROTECTED = /(?:^|[\s:/+])(?:(main|master|trunk|production|prod)|(release)s?(?:[/-][\w.-]+)?)["']?(?=[\s)]|$)/;

/** A push that rewrites, or takes away, a branch that others build on (MITRE ATT&CK T1565.001), or a merge past its protection. */
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
  return /^\s+pr\s+merge\b.*\s--admin(?=\s|$)/s.test(given)
    ? act('rewrites_history', 'medium', `${program}${given}`, { group: 'unreviewed' })
    : null;
}
