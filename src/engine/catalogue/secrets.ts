import type { CatalogueEntry } from './entry.ts';

/** Secret managers: whatever reaches into one is class secret, a mere listing of names included. */
const all = { discover: 'secret', read: 'secret', write: 'secret', execute: 'secret' } as const;

export const secrets: readonly CatalogueEntry[] = [
  {
    id: 'vault',
    names: ['vault', 'hashicorp-vault', 'openbao'],
    tools: {
      read: 'list_mounts list_pki_issuers list_pki_roles read_pki_issuer read_pki_role',
      secret: 'read_secret write_secret delete_secret list_secrets create_secret create_mount delete_mount',
      identity: 'enable_pki create_pki_issuer create_pki_role delete_pki_role issue_pki_certificate create_policy',
    },
    unlisted: all,
    references: ['github.com/hashicorp/vault-mcp-server'],
  },
  {
    id: 'aws-secrets-manager',
    names: ['aws-secrets-manager', 'aws-secretsmanager', 'secretsmanager', 'secrets-manager'],
    tools: {
      secret:
        'get_secret_value put_secret_value create_secret update_secret delete_secret list_secrets describe_secret rotate_secret restore_secret get_random_password',
    },
    unlisted: all,
    references: ['docs.aws.amazon.com/secretsmanager/latest/apireference'],
  },
  {
    id: 'gcp-secret-manager',
    names: ['gcp-secret-manager', 'google-secret-manager', 'secret-manager', 'gcp-secrets'],
    tools: {
      secret:
        'access_secret_version add_secret_version create_secret delete_secret get_secret list_secrets list_secret_versions destroy_secret_version',
    },
    unlisted: all,
    references: ['cloud.google.com/secret-manager/docs/reference/rest'],
  },
  {
    id: 'azure-key-vault',
    names: ['azure-key-vault', 'azure-keyvault', 'key-vault', 'keyvault'],
    tools: {
      secret:
        'secret_get secret_list secret_create key_get key_list key_create certificate_get certificate_list certificate_create certificate_import get_secret list_secrets set_secret delete_secret',
    },
    unlisted: all,
    references: ['learn.microsoft.com/azure/developer/azure-mcp-server/tools/key-vault-key'],
  },
  {
    id: '1password',
    names: ['1password', 'onepassword', 'op'],
    tools: {
      read: 'list_vaults',
      secret:
        'list_items get_item list_items_by_tag create_login create_secure_note create_item archive_item resolve_secret get_otp generate_password read_secret get_secret get_credential find_credential',
    },
    unlisted: all,
    references: ['github.com/pulsemcp/mcp-servers (onepassword)'],
  },
  {
    id: 'bitwarden',
    names: ['bitwarden', 'vaultwarden'],
    tools: {
      read: 'status sync lock list_org_collections get_org_collection list_org_members get_org_member list_org_groups get_org_group get_org_member_groups get_org_group_members list_org_policies get_org_policy get_org_events get_org_subscription device_approval_list',
      identity:
        'invite_org_member reinvite_org_member confirm update_org_member remove_org_member restore_org_member revoke_org_member update_org_member_groups create_org_group update_org_group delete_org_group update_org_group_members update_org_policy import_org_users_and_groups create_org_collection edit_org_collection update_org_collection delete_org_collection edit_item_collections device_approval_approve device_approval_approve_all',
    },
    unlisted: all,
    references: ['github.com/bitwarden/mcp-server'],
  },
];
