import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { wordSet } from './words.ts';

/** What a tool's name says of it in plain English and the usual words of APIs. Base forms: `deleted_items` deletes nothing. */
const VERBS: Partial<Record<PrivilegeClass, string>> = {
  discover: 'discover ping health healthcheck whoami help capabilities introspect',
  read: 'get list read search find fetch query view show describe lookup look check browse count download export inspect explain preview retrieve select scan status summarize summarise analyze analyse compare diff calculate think validate verify peek tail watch monitor resolve estimate translate history details info log logs stats total top tree whois open navigate access see load ask crawl scrape extract recall screenshot snapshot suggest recommend measure test lint parse convert render research reason geocode autocomplete detect diagnose troubleshoot observe locate identify encode decode forecast predict rank rerank classify wait guide audit who is has poll consume aggregate investigate track getdetail getdetails getlist decompile disassemble traceroute transcribe grep',
  write:
    'create update delete remove add set put post patch write edit insert upsert modify change rename move copy send reply forward post comment close reopen merge push pull commit clone fork upload save store submit publish archive restore drop truncate purge clear reset book cancel reschedule schedule pay transfer refund order buy purchase checkout invite assign unassign label tag star unstar subscribe unsubscribe approve reject accept decline import sync mark toggle append replace apply scale pin unpin react upvote vote join leave register unregister attach detach link unlink input click type fill drag press notify email message tweet share unshare make new mkdir touch generate draft transition escalate resolve_incident follow unfollow block unblock mute unmute log_work login logout sign checkin return exchange withdraw deposit claim redeem enroll start_draft lock unlock erase wipe overwrite provision configure bulk batch increment decrement remember forget record annotate manage pause resume refresh reload rotate flush prune rewrite squash rebase ack acknowledge silence override freeze unfreeze retry recreate upgrade migrate ban unban createorupdate dismiss deny request protect unprotect regenerate reissue adjust allocate deallocate reallocate reassign amend annul backfill bind unbind boost bump complete confirm disconnect consolidate decommission deduplicate defer deprecate discard distribute donate drain cordon uncordon duplicate eject enqueue requeue evict expire extend finalize finish fulfill hide unhide ignore inject initialize initiate isolate kick liquidate mitigate remediate nudge onboard offboard persist populate prioritize propose raise rebalance reconcile reconfigure reindex reinstate relocate reorder repair repay reprocess reroute resize resync revise undo seed sell settle shrink skip sweep trash tune unarchive undelete unmerge unpublish vacuum void waive warn withhold' +
    // Before a thing that is looked at as often, what is not known would read: `answer_query`, `redact_log`.
    ' abort acquit allot alter anonymise anonymize answer attest avert award calibrate certify cleanse compensate compress concatenate confiscate consign decrypt deduct defragment delegate deliver demolish destroy dilute disallow disapprove disburse discharge disclose dismantle dispense disperse dispose dissolve divert downgrade eliminate enact encrypt endorse enforce engage enter entitle entrust exclude expel expunge forfeit halt hire impose inactivate incorporate inform ingest inhibit insure integrate intercept interrupt introduce invalidate lend mutate nominate normalize nullify obfuscate omit oust outsource penalize postpone prepare prescribe preserve procure prohibit prolong propagate punish quit ratify reclassify recover recruit redact redefine redirect reduce refuse reimburse remit renew replenish respond restrict retain contain quarantine retire retract revive sabotage sanitize scramble seize sever shelve shorten shut splice spoof steal substitute subtract supersede surrender tamper tighten transmit unmount unseal',
  execute:
    'execute exec run eval evaluate invoke trigger deploy build rebuild launch spawn start stop restart kill terminate shell bash command script install uninstall rollback dispatch replay rerun shutdown reboot compile powershell pwsh zsh osascript applescript',
  identity: 'impersonate assume authorize authorise sudo elevate grant revoke',
};

/** Two words that are one noun, so that neither is taken for a verb. */
export const NOUNS = wordSet(
  'pull request,pull requests,merge request,merge requests,change request,change requests,access request,access requests,access level,access levels,code review,code reviews,build log,build logs,test result,test results,run log,run logs,commit log,work log,work logs,log in,test case,test cases,test suite,test suites,test plan,test plans,test run,test runs,deploy token,deploy tokens,merge base',
  ',',
);

/** A verb of two words that says more than its first: all of them change something. */
export const PHRASES = wordSet('top up,check in,check out,log out,read write', ',');

/** What is done once more, or undone, changes something, as the verb does: `resend_list`, `unassign_status`. */
export function classOfVerb(word: string): PrivilegeClass | undefined {
  const known = verbs.get(word);
  if (known !== undefined || !/^(?:re|un)..../.test(word)) return known;
  return classRank(verbs.get(word.slice(2)) ?? 'read') < classRank('write') ? undefined : 'write';
}

/** The class of each verb. */
export const verbs = new Map<string, PrivilegeClass>();
for (const name of ['identity', 'execute', 'write', 'read', 'discover'] as const)
  for (const verb of (VERBS[name] ?? '').split(' ')) if (!verbs.has(verb)) verbs.set(verb, name);
for (const verb of 'disable enable activate deactivate suspend unsuspend promote demote deprovision'.split(' '))
  verbs.set(verb, 'write');
