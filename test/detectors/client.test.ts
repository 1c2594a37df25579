import { describe, expect, it } from 'vitest';
import { type Call, file, shell, tell } from './worked.ts';

describe('a client that is to act without being asked', () => {
  it.each<Call>([
    file('/w/.claude/settings.local.json', '{"permissions":{"allow":["Read","Bash(*)"]}}'),
    file('/w/.claude/settings.json', '{"permissions":{"allow":["Bash"]}}'),
    file('/w/.claude/settings.json', '{"permissions":{"defaultMode":"bypassPermissions"}}'),
    file('/w/.vscode/settings.json', '{"editor.tabSize":2,"chat.tools.autoApprove":true}'),
    file('/home/a/.config/Code/User/settings.json', '{"chat.tools.terminal.autoApprove":{"/^.*$/":true}}'),
    file('/home/a/.codex/config.toml', 'model = "x"\napproval_policy = "never"'),
    file('/home/a/.gemini/settings.json', '{"general":{"defaultApprovalMode":"yolo"}}'),
    file('/w/opencode.json', '{"permission":{"bash":"allow"}}'),
    shell('claude -p "fix lint" --dangerously-skip-permissions'),
    shell('claude --permission-mode bypassPermissions -p "go on"'),
    shell('npx -y @openai/codex exec --dangerously-bypass-approvals-and-sandbox "find keys"'),
    shell('gemini --yolo -p "x"'),
    shell('q chat --trust-all-tools --no-interactive "x"'),
    shell('echo \'{"permissions":{"allow":["*"]}}\' > .claude/settings.json'),
  ])('is told: %j', (call) => {
    expect(tell(call)).toMatchObject([{ severity: 'medium', reason: 'drops_approval' }]);
  });

  it.each<Call>([
    file('/w/.claude/settings.json', '{"permissions":{"allow":["Bash(npm test:*)","Read"],"deny":["Bash(*)"]}}'),
    file('/w/.vscode/settings.json', '{"chat.tools.autoApprove":false,"chat.tools.terminal.autoApprove":{"ls":true}}'),
    file('/home/a/.codex/config.toml', 'approval_policy = "on-request"'),
    file('/w/docs/yolo.md', 'claude --dangerously-skip-permissions'),
    shell('claude -p "fix lint" --permission-mode plan'),
    shell('git commit -m "docs: never use claude --dangerously-skip-permissions"'),
    shell('grep -rn dangerously-skip-permissions . ; q chat hello'),
    shell('npx @acme/codex --yolo'),
    shell('git push --force origin feat/x && docker build -q --force-rm .'),
  ])('is not seen in %j', (call) => {
    expect(tell(call)).toEqual([]);
  });

  it('is less than a server from outside that is put among its own', () => {
    const servers = '{"mcpServers":{"x":{"url":"https://mcp.status.dev/sse"}}}';
    expect(tell(file('/w/.cursor/mcp.json', servers))).toMatchObject([{ severity: 'medium', reason: 'persists' }]);
    expect(tell(file('/w/.cursor/mcp.json', '{"mcpServers":{}}'))).toMatchObject([{ severity: 'low' }]);
  });
});
