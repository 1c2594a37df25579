import { describe, expect, it } from 'vitest';
import { cpuMs } from '../support/cpu-time.ts';
import { type Call, shell, tell } from './worked.ts';

const request = (method: string, url: string, body = ''): Call => ({
  server: 'http',
  tool: 'http_request',
  args: { method, url, body },
});

describe('the same act by another way', () => {
  it.each<[string, string, Call]>([
    ['reaches_host', 'high', shell('docker run --rm --privileged -v /:/host alpine chroot /host sh')],
    ['reaches_host', 'high', shell('sudo podman run --pid=host --cap-add=SYS_ADMIN -it alpine sh')],
    ['reaches_host', 'medium', shell('docker run -v /etc:/x alpine cat /x/hosts')],
    ['reaches_host', 'medium', shell('docker create --mount type=bind,source=/,target=/host alpine')],
    ['reaches_host', 'low', shell('docker run -v /var/run/docker.sock:/var/run/docker.sock portainer/portainer-ce')],
    ['reaches_host', 'medium', shell('nsenter -t 1 -m -u -i -n sh')],
    ['reaches_host', 'medium', shell('kubectl debug node/n1 -it --image=alpine')],
    [
      'reaches_host',
      'high',
      shell(
        `kubectl run x --image=a --overrides='{"spec":{"hostPID":true,"containers":[{"securityContext":{"privileged":true}}]}}'`,
      ),
    ],
    ['destroys', 'medium', request('DELETE', 'https://api.github.com/repos/acme/shop')],
    ['destroys', 'medium', request('delete', 'https://api.digitalocean.com/v2/databases/9cc10173')],
    ['destroys', 'high', request('DELETE', 'https://k8s.acme.io/api/v1/namespaces/payments-prod?force=true')],
    [
      'destroys',
      'medium',
      shell('curl -s -X DELETE -H "Authorization: token $T" https://api.github.com/repos/acme/shop'),
    ],
    ['destroys', 'medium', shell('gh api --method DELETE repos/acme/shop')],
    ['destroys', 'medium', shell('http DELETE https://gitlab.acme.io/api/v4/projects/42')],
    ['destroys', 'medium', shell('curl -XDELETE http://es.acme.io:9200/_all')],
    ['rewrites_history', 'medium', request('DELETE', 'https://api.github.com/repos/a/b/branches/main/protection')],
    ['rewrites_history', 'medium', shell('gh api -X DELETE /repos/a/b/rulesets/77')],
    [
      'gives_admin',
      'high',
      request('PUT', 'https://api.github.com/repos/a/b/collaborators/x', '{"permission":"admin"}'),
    ],
    ['gives_admin', 'high', shell('gh api --method=PUT repos/a/b/collaborators/x -f permission=admin')],
    ['gives_admin', 'high', shell(`curl -X PUT https://api.github.com/orgs/acme/memberships/x -d '{"role":"admin"}'`)],
  ])('is told: %s, %s', (reason, severity, call) => {
    expect(tell(call)).toMatchObject([{ reason, severity }]);
  });

  it.each<Call>([
    shell('docker run --rm -v /home/ann/app:/app -v /etc/localtime:/etc/localtime:ro node npm test'),
    shell('docker build --progress=plain .'),
    shell('docker ps; docker exec web ls'),
    shell('kubectl debug web-1 -it --image=busybox'),
    request('DELETE', 'https://api.github.com/repos/acme/shop/issues/comments/17'),
    request('DELETE', 'https://api.acme.io/v1/projects/42/members/7'),
    request('DELETE', 'http://localhost:3000/api/databases/1'),
    request('GET', 'https://api.github.com/repos/acme/shop'),
    request('PUT', 'https://api.github.com/repos/a/b/collaborators/x', '{"permission":"pull"}'),
    shell('curl -X DELETE https://staging.acme.io/v1/namespaces/preview-17'),
  ])('is silent: %j', (call) => {
    expect(tell(call)).toEqual([]);
  });

  it('costs no more than its length', () => {
    const took = (size: number) =>
      cpuMs(() => {
        for (const unit of ['docker run -v /', 'curl -X DELETE https://', 'kubectl run --overrides ', 'nsenter -t 1'])
          tell(shell(unit.repeat(size)));
      });
    took(10);
    expect(took(1_000)).toBeLessThan(2_000);
  });
});
