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
  return (
    /\bsocket\b/i.test(text) && /\bdup2\b|\bpty\.spawn\b|\bexec\s{0,9}["'(]?\s{0,9}["']?\/bin\/(?:ba)?sh\b/.test(text)
  );
}
