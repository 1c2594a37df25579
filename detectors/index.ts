import { adminRight } from './admin-right.ts';
import { argumentNovelty } from './argument-novelty.ts';
import { auditTampering } from './audit-tampering.ts';
import { connection } from './connection.ts';
import { copiedIn } from './copied-in.ts';
import { credentialHygiene } from './credential-hygiene.ts';
import { credentialLeak } from './credential-leak.ts';
import { crossTenant } from './cross-tenant.ts';
import { dataVolume } from './data-volume.ts';
import { delegation } from './delegation.ts';
import { denials } from './denials.ts';
import type { Detector } from './detector.ts';
import { dormant } from './dormant.ts';
import { farValue } from './far-value.ts';
import { firstSeen } from './first-seen.ts';
import { graveAct } from './grave-act.ts';
import { identity } from './identity.ts';
import { lookAlike } from './look-alike.ts';
import { manyClients } from './many-clients.ts';
import { massRemoval } from './mass-removal.ts';
import { newField } from './new-field.ts';
import { newManner } from './new-manner.ts';
import { newRight } from './new-right.ts';
import { offHours } from './off-hours.ts';
import { oneParty } from './one-party.ts';
import { outOfScope } from './out-of-scope.ts';
import { ownApproval } from './own-approval.ts';
import { personalFields } from './personal-fields.ts';
import { privateMailbox } from './private-mailbox.ts';
import { privilegeCreep } from './privilege-creep.ts';
import { provenance } from './provenance.ts';
import { rate } from './rate.ts';
import { recordsSent } from './records-sent.ts';
import { repeatedAct } from './repeated-act.ts';
import { secretReach } from './secret-reach.ts';
import { sequence } from './sequence.ts';
import { targetCreep } from './target-creep.ts';
import { toolDrift } from './tool-drift.ts';
import { toxicFlow } from './toxic-flow.ts';
import { valueFlood } from './value-flood.ts';

/**
 * Every detector there is, in the order in which they see an event: what a later one reads of an earlier one's
 * observation (`seen.earlier`) makes the order count. A test holds this list against the folder.
 */
export const detectors: readonly Detector[] = [
  outOfScope,
  delegation,
  credentialHygiene,
  dormant,
  toolDrift,
  offHours,
  identity,
  connection,
  auditTampering,
  graveAct,
  secretReach,
  firstSeen,
  denials,
  rate,
  privilegeCreep,
  argumentNovelty,
  repeatedAct,
  massRemoval,
  oneParty,
  newManner,
  ownApproval,
  newField,
  farValue,
  personalFields,
  recordsSent,
  credentialLeak,
  copiedIn,
  lookAlike,
  privateMailbox,
  valueFlood,
  newRight,
  adminRight,
  targetCreep,
  crossTenant,
  manyClients,
  provenance,
  sequence,
  toxicFlow,
  dataVolume,
];
