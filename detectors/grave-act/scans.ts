import { type Act, act } from './act.ts';

const SCANNERS = /^(?:nmap|masscan|zmap|rustscan|naabu|fscan)$/;
const RANGE =
  /\b\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}\b|\b\d{1,3}(?:\.\d{1,3}){2}\.(?:\d{1,3}-\d{1,3}|\*)|[\da-f]:+\/\d{1,3}\b/i;

/** A command that asks a whole range of addresses what runs there (MITRE ATT&CK T1046); of one host it is a look at it. */
export const scansBy = (program: string, given: string): Act | null =>
  SCANNERS.test(program) && RANGE.test(given) ? act('scans', 'medium', `${program}${given}`) : null;
