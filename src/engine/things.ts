/** Verbs that as often name a thing: `order.get`, `batch_list` and `label-search` only read. */
const THINGS = new Set('order batch label tag record comment email message post invite pin build'.split(' '));
/** Verbs that end a name only as verbs: what stands before them is the thing. */
const ENDINGS = new Set(
  'get list search fetch describe find query read show view lookup count status history details info stats create update delete remove'.split(
    ' ',
  ),
);

/** Verbs that only look, and as often name a thing: `history_clear`, `view.create` and `load_balancer_delete` change it. */
const LOOKED_AT = new Set(
  'list search query view test preview snapshot screenshot monitor watch export download scan load access log logs history details info stats status summary total top tree health help capabilities'.split(
    ' ',
  ),
);
const CHANGES = new Set(
  'create update delete remove add edit insert upsert replace write modify rename move clear reset purge restore send publish upload grant revoke execute run start stop restart trigger deploy'.split(
    ' ',
  ),
);

/** The name begins with a thing that could be a verb, and ends with what is done to it. */
export const endDecides = (first: string, last: string): boolean =>
  (THINGS.has(first) && ENDINGS.has(last)) || (LOOKED_AT.has(first) && CHANGES.has(last));

/** What acts by itself from then on: to set one up is class execute, whatever the verb. */
export const AUTOMATIONS = new Set('webhook webhooks cronjob crontab autoforward autoforwarding'.split(' '));
export const AUTOMATION_PAIRS = new Set(
  'forwarding rule,forwarding rules,forwarding address,forwarding addresses,auto forward,auto forwarding,inbox rule,inbox rules,mail rule,mailbox rule,message rule,transport rule,cron job,scheduled task,scheduled job,startup script'.split(
    ',',
  ),
);
/** To send to one, or to end one, sets up nothing. */
export const SETS_UP = new Set(
  'create add set put new make update edit modify change enable register configure insert schedule'.split(' '),
);
