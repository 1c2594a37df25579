/** In code: how it connects, and how it runs a shell. */
const BY_CODE: readonly (readonly [connects: RegExp, runs: RegExp])[] = [
  [/\bp?fsockopen\s?\(/, /\b(?:exec|shell_exec|proc_open|popen|system|passthru)\s?\(\s{0,9}["'][^"'\n]{0,20}\bsh\b/],
  [/\bTCPSocket\.(?:open|new)\b/, /\b(?:exec|spawn|popen|system)\b[^\n]{0,80}\bsh\b|\bIO\.popen\b/],
  [
    /\bnet\.(?:connect|createConnection|Socket)\b/,
    /\b(?:spawn|exec|execFile)\s?\(\s{0,9}["'][^"'\n]{0,20}\b(?:sh|cmd(?:\.exe)?)["']/,
  ],
  [/\bTCPClient\s?\(/i, /\b(?:iex|invoke-expression)\b/i],
];

/** A shell that a command opens to somebody outside (MITRE ATT&CK T1059.004). Whether a port is open is asked by `/dev/tcp` too. */
export function opensShell(text: string): boolean {
  if (
    /\/dev\/(?:tcp|udp)\//.test(text) &&
    /\b(?:ba|z|k|da)?sh\s+-\w*i\b|\b0[<>]&|[<>]&\s?[3-9]|\bexec\s+[3-9]\d?<>/.test(text)
  )
    return true;
  if (
    /\b(?:nc|ncat|netcat)\b/.test(text) &&
    /\s-\w*[ec]\s+["']?(?:\/\S{0,40}\/)?(?:ba|z|k|da)?sh\b|\s--(?:sh-)?exec\b|\bmkfifo\b/.test(text)
  )
    return true;
  if (/\bsocat\b/.test(text) && /\b(?:exec|system):/i.test(text)) return true;
  // Whatever connects, with a shell at the one end or the other of its pipes.
  if (
    /\b(?:openssl\s+s_client|telnet|nc|ncat|netcat)\s/.test(text) &&
    /\b(?:openssl\s+s_client|telnet|ncat|netcat|nc)\s[^\n;&]{0,200}\|\s{0,8}(?:\/\S{0,40}\/)?(?:ba|z|k|da)?sh(?:\s+-\w*i\w*)?(?=\s*(?:$|[\n;&|)"']|[12]?>))|\b(?:ba|z|k|da)?sh\s+-\w*i\b[^\n;]{0,200}\|\s{0,8}(?:openssl\s+s_client|telnet)\s/.test(
      text,
    )
  )
    return true;
  if (/\/inet6?\/(?:tcp|udp)\/0\//.test(text) && /\|&|getline|system\s?\(/.test(text)) return true;
  if (/\bztcp\s/.test(text) && /[<>]&\s?\$/.test(text)) return true;
  if (BY_CODE.some(([connects, runs]) => connects.test(text) && runs.test(text))) return true;
  return (
    /\bsocket\b/i.test(text) && /\bdup2\b|\bpty\.spawn\b|\bexec\s{0,9}["'(]?\s{0,9}["']?\/bin\/(?:ba)?sh\b/.test(text)
  );
}
