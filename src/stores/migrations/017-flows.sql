-- As before; what was let in is said as the fold says it: a server's own refusal or error hides no flow.
CREATE OR REPLACE VIEW v_flows AS
WITH
  calls AS (
    SELECT
      multiIf(
        task_id != '', concat('task ', task_id, ' of ', multiIf(
          user_id != '', user_id,
          user_email != '', user_email,
          arrayExists(p -> p != agent_id, delegation), arrayLast(p -> p != agent_id, delegation),
          agent_id)),
        trace_id != '', concat('trace ', trace_id),
        '') AS root,
      agent_id, occurred_at, server_id, target_name, class, scope, outcome_status, event_id, event_key,
      if(decision_effect = '', outcome_status != 'denied', decision_effect != 'deny') AS used,
      ifNull(annotation_open_world, match(if(target_name = '', method, target_name), '(?i)(?:^|[_\\W])(?:web\\w*|browse\\w*|fetch|crawl|scrape|url|page|site|internet|e?mails?|inbox|messages?|chats?|comments?|issues?|tickets?|reviews?|posts?|feeds?|forum|threads?|documents?|docs?|files?|attachments?|downloads?|pull_?requests?|search)(?:$|[_\\W])')) AS open
    FROM v_events
    WHERE (task_id != '' OR trace_id != '') AND cityHash64(if(task_id != '', task_id, trace_id)) IN (
      SELECT cityHash64(if(task_id != '', task_id, trace_id)) AS shared FROM events
      WHERE task_id != '' OR trace_id != ''
      GROUP BY shared
      HAVING min(agent_id) != max(agent_id)
    )
  ),
  reads AS (
    SELECT root, agent_id, if(class = 'secret', 'secret', 'content') AS kind, occurred_at, server_id, target_name, event_key
    FROM calls
    WHERE used AND (class = 'secret' OR class IN ('discover', 'read') AND open)
  ),
  acts AS (SELECT * FROM calls WHERE class IN ('write', 'execute', 'secret', 'identity'))
SELECT
  acts.root AS root, readers.kind AS kind,
  reads.occurred_at AS read_at, readers.agent_id AS read_by, reads.server_id AS read_server, reads.target_name AS read_target,
  acts.occurred_at AS occurred_at, acts.agent_id AS agent_id, acts.server_id AS server_id, acts.target_name AS target_name,
  acts.class AS class, acts.scope AS scope, acts.outcome_status AS outcome_status,
  acts.event_id AS event_id, acts.event_key AS event_key, reads.event_key AS read_event_key
FROM acts
INNER JOIN (SELECT DISTINCT root, agent_id, kind FROM reads) AS readers ON acts.root = readers.root
ASOF INNER JOIN reads ON acts.root = reads.root AND readers.agent_id = reads.agent_id AND readers.kind = reads.kind
  AND acts.occurred_at >= reads.occurred_at
WHERE readers.agent_id != acts.agent_id AND reads.occurred_at >= acts.occurred_at - INTERVAL 1 DAY;
