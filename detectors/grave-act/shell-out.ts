/** A shell that a command opens to somebody outside (MITRE ATT&CK T1059.004). Whether a port is open is asked by `/dev/tcp` too. */
export function opensShell(text: string): boolean {
  if (/\/dev\/(?:tcp|udp)\//.test(text))
    return /\b(?:ba|z|k|da)?sh\s+-\w*i\b|\b0[<>]&|[<>]&\s?[3-9]|\bexec\s+[3-9]\d?<>/.test(text);
  if (/\b(?:nc|ncat|netcat)\b/.test(text))
    return (
      /\s-\w*[ec]\s+["']?(?:\/\S{0,40}\/)?(?:ba|z|k|da)?sh\b|\s--(?:sh-)?exec\b/.test(text) || /\bmkfifo\b/.test(text)
    );
  if (/\bsocat\b/.test(text)) return /\b(?:exec|system):/i.test(text);
  return /\bsocket\b/i.test(text) && /\bdup2\b|\bpty\.spawn\b|\bexec\s*["'(]?\s*["']?\/bin\/(?:ba)?sh\b/.test(text);
}
