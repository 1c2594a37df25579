import { type Act, act } from './act.ts';

/** Commands that switch off what keeps others out of a machine, or a program within its bounds (MITRE ATT&CK T1562.001, T1562.004). */
const OFF = new Map<string, RegExp>([
  ['setenforce', /^\s+(?:0|permissive)\b/i],
  ['ufw', /^\s+(?:--force\s+)?(?:disable|reset)\b/],
  ['nft', /^\s+flush\s+ruleset\b/],
  ['netsh', /\sadvfirewall\s+set\s+\w+\s+state\s+off\b/i],
  ['set-netfirewallprofile', /-Enabled\s+(?:\$?false|0)\b/i],
  ['spctl', /\s--(?:master|global)-disable\b/],
  ['csrutil', /^\s+disable\b/],
  [
    'systemctl',
    /\s(?:stop|disable|mask)\s[^\n;|&]{0,200}\b(?:firewalld|ufw|nftables|iptables|apparmor|fail2ban|selinux-\w+)\b/,
  ],
]);
for (const program of ['iptables', 'ip6tables'])
  OFF.set(
    program,
    /\s(?:-F|--flush)(?=\s*(?:$|INPUT|OUTPUT|FORWARD))|\s(?:-P|--policy)\s+(?:INPUT|FORWARD)\s+ACCEPT\b/,
  );

export const opensGuard = (program: string, given: string): Act | null =>
  OFF.get(program)?.test(given) === true ? act('drops_check', 'medium', `${program}${given}`) : null;
