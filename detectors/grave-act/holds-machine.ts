import { type Act, act } from './act.ts';
import { reachesHost } from './manifest.ts';

/** Containers by command that hold the machine under them, and ways out of one (MITRE ATT&CK T1611). */
const STARTS = /^\s+(?:container\s+)?(?:run|create)\b/;
const PRIVILEGED = /\s--privileged(?=\s|$|=true)/;
const SEES_ALL = /\s--(?:pid|ipc|uts)[= ]host\b/;
const MAY_ALL = /\s--cap-add[= ](?:ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE)\b/i;
/** All of the machine's files, its accounts, or its disk. */
const FILES =
  /\s(?:(?:-v|--volume)[= ]\s?["']?\/(?:etc|root|proc|boot|var\/lib\/(?:docker|kubelet|containerd|etcd))?\/?:|--mount[= ]\S{0,80}\b(?:source|src)=\/(?:etc|root|proc|boot)?(?=[,"'\s])|--device[= ]\/dev\/(?:sd|nvme|vd|xvd|mem))/;
/** Whoever has this starts any other container. */
const SOCKET = /\/run\/(?:docker|containerd\/containerd|crio\/crio|podman\/podman)\.sock["']?:/;

export function holdsMachine(program: string, given: string, all: string): Act | null {
  const shows = `${program}${given}`;
  if (program === 'docker' || program === 'podman' || program === 'nerdctl') {
    if (!STARTS.test(given)) return null;
    const signs = [PRIVILEGED, SEES_ALL, MAY_ALL, FILES].filter((sign) => sign.test(given)).length;
    if (signs === 0) return SOCKET.test(given) ? act('reaches_host', 'low', shows, { group: 'socket' }) : null;
    return act('reaches_host', signs > 1 ? 'high' : 'medium', shows, { group: signs > 1 ? 'whole' : '' });
  }
  if (program === 'nsenter')
    return /\s(?:-\w*t\s?1|--target[= ]1)(?=\s|$)/.test(given) ? act('reaches_host', 'medium', shows) : null;
  if (program !== 'kubectl' && program !== 'oc') return null;
  if (/^\s+debug\s(?:[^\n]{0,200}\s)?nodes?\//.test(given)) return act('reaches_host', 'medium', shows);
  // What is laid over a pod stands in braces, behind the command.
  return /\srun\s[^\n]{0,400}--overrides\b/.test(given) ? reachesHost(all) : null;
}
