import type { CatalogueEntry } from './entry.ts';

/** What manages devices, or watches over them, commands them. */
export const devices: readonly CatalogueEntry[] = [
  {
    id: 'intune',
    names: ['intune', 'endpoint-manager', 'mdm'],
    tools: { execute: 'wipe_device retire_device', identity: 'reset_passcode' },
    references: ['learn.microsoft.com/graph/api/resources/intune-devices-manageddevice'],
  },
  {
    id: 'jamf',
    names: ['jamf', 'jamf-pro'],
    tools: {
      execute:
        'execute_policy create_policy update_policy create_script update_script deploy_script send_mdm_command send_computer_mdm_command',
    },
    references: ['github.com/dbankscard/jamf-mcp-server'],
  },
  {
    id: 'tailscale',
    names: ['tailscale', 'tailnet'],
    // Who may join, and who reaches whom.
    tools: { secret: 'manage_keys', identity: 'manage_acl manage_policy_file manage_network_lock' },
    references: ['github.com/HexSleeves/tailscale-mcp'],
  },
  {
    id: 'falcon',
    names: ['falcon', 'crowdstrike'],
    // A session of real-time response is a shell on a host.
    tools: {
      execute: 'init_rtr_session pulse_rtr_session execute_rtr_read_only_command run_rtr_read_only_command_and_wait',
    },
    references: ['github.com/CrowdStrike/falcon-mcp'],
  },
];
