-- The tables of what belongs to one run: the same five statements for each.

-- name: write_runs
-- Write whole rows of runs.
INSERT INTO runs SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (run) DO UPDATE SET execution = excluded.execution,
wf_spec_name = excluded.wf_spec_name, major_version = excluded.major_version,
revision = excluded.revision, status = excluded.status, started_us = excluded.started_us,
body = excluded.body;

-- name: delete_runs
-- Delete rows of runs by their keys.
DELETE FROM runs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?))
  CROSS JOIN runs AS doomed ON doomed.run = column1);

-- name: lookup_runs
-- Rows of runs by their keys.
SELECT found.* FROM (VALUES (?))
CROSS JOIN runs AS found ON found.run = column1;

-- name: scan_runs
-- Rows of runs from one key up to before another.
SELECT * FROM runs WHERE run >= ? AND run < ?
ORDER BY run LIMIT ?;

-- name: erase_runs
-- Delete the rows of runs (run) from runs.
DELETE FROM runs WHERE run IN (VALUES (?));

-- name: write_node_runs
-- Write whole rows of node_runs.
INSERT INTO node_runs SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (run, thread, position) DO UPDATE SET node_name = excluded.node_name,
status = excluded.status, body = excluded.body;

-- name: delete_node_runs
-- Delete rows of node_runs by their keys.
DELETE FROM node_runs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?, ?))
  CROSS JOIN node_runs AS doomed ON doomed.run = column1
  AND doomed.thread = column2
  AND doomed.position = column3);

-- name: lookup_node_runs
-- Rows of node_runs by their keys.
SELECT found.* FROM (VALUES (?, ?, ?))
CROSS JOIN node_runs AS found ON found.run = column1
  AND found.thread = column2
  AND found.position = column3;

-- name: scan_node_runs
-- Rows of node_runs from one key up to before another.
SELECT * FROM node_runs WHERE (run, thread, position) >= (?, ?, ?) AND (run, thread,
position) < (?, ?, ?)
ORDER BY run, thread, position LIMIT ?;

-- name: erase_node_runs
-- Delete the rows of runs (run) from node_runs.
DELETE FROM node_runs WHERE run IN (VALUES (?));

-- name: write_task_runs
-- Write whole rows of task_runs.
INSERT INTO task_runs SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (run, task_guid) DO UPDATE SET task_def = excluded.task_def,
status = excluded.status, scheduled_us = excluded.scheduled_us, body = excluded.body;

-- name: delete_task_runs
-- Delete rows of task_runs by their keys.
DELETE FROM task_runs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN task_runs AS doomed ON doomed.run = column1 AND doomed.task_guid = column2);

-- name: lookup_task_runs
-- Rows of task_runs by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN task_runs AS found ON found.run = column1 AND found.task_guid = column2;

-- name: scan_task_runs
-- Rows of task_runs from one key up to before another.
SELECT * FROM task_runs WHERE (run, task_guid) >= (?, ?) AND (run, task_guid) < (?, ?)
ORDER BY run, task_guid LIMIT ?;

-- name: erase_task_runs
-- Delete the rows of runs (run) from task_runs.
DELETE FROM task_runs WHERE run IN (VALUES (?));

-- name: write_variables
-- Write whole rows of variables.
INSERT INTO variables SELECT * FROM (VALUES (?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (run, thread, name) DO UPDATE SET body = excluded.body;

-- name: delete_variables
-- Delete rows of variables by their keys.
DELETE FROM variables WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?, ?))
  CROSS JOIN variables AS doomed ON doomed.run = column1
  AND doomed.thread = column2
  AND doomed.name = column3);

-- name: lookup_variables
-- Rows of variables by their keys.
SELECT found.* FROM (VALUES (?, ?, ?))
CROSS JOIN variables AS found ON found.run = column1
  AND found.thread = column2
  AND found.name = column3;

-- name: scan_variables
-- Rows of variables from one key up to before another.
SELECT * FROM variables WHERE (run, thread, name) >= (?, ?, ?) AND (run, thread, name) <
(?, ?, ?)
ORDER BY run, thread, name LIMIT ?;

-- name: erase_variables
-- Delete the rows of runs (run) from variables.
DELETE FROM variables WHERE run IN (VALUES (?));

-- name: write_external_events
-- Write whole rows of external_events.
INSERT INTO external_events SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (run, external_event_def, guid) DO UPDATE SET
created_us = excluded.created_us, claimed = excluded.claimed, body = excluded.body;

-- name: delete_external_events
-- Delete rows of external_events by their keys.
DELETE FROM external_events WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?, ?))
  CROSS JOIN external_events AS doomed ON doomed.run = column1
  AND doomed.external_event_def = column2
  AND doomed.guid = column3);

-- name: lookup_external_events
-- Rows of external_events by their keys.
SELECT found.* FROM (VALUES (?, ?, ?))
CROSS JOIN external_events AS found ON found.run = column1
  AND found.external_event_def = column2
  AND found.guid = column3;

-- name: scan_external_events
-- Rows of external_events from one key up to before another.
SELECT * FROM external_events WHERE (run, external_event_def, guid) >= (?, ?, ?) AND (run,
external_event_def, guid) < (?, ?, ?)
ORDER BY run, external_event_def, guid LIMIT ?;

-- name: erase_external_events
-- Delete the rows of runs (run) from external_events.
DELETE FROM external_events WHERE run IN (VALUES (?));

-- name: write_past_external_events
-- Write whole rows of past_external_events.
INSERT INTO past_external_events SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?))
WHERE column1 IS NOT NULL
ON CONFLICT (run, external_event_def, guid) DO UPDATE SET
created_us = excluded.created_us, claimed = excluded.claimed, body = excluded.body;

-- name: delete_past_external_events
-- Delete rows of past_external_events by their keys.
DELETE FROM past_external_events WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?, ?))
  CROSS JOIN past_external_events AS doomed ON doomed.run = column1
  AND doomed.external_event_def = column2
  AND doomed.guid = column3);

-- name: lookup_past_external_events
-- Rows of past_external_events by their keys.
SELECT found.* FROM (VALUES (?, ?, ?))
CROSS JOIN past_external_events AS found ON found.run = column1
  AND found.external_event_def = column2
  AND found.guid = column3;

-- name: scan_past_external_events
-- Rows of past_external_events from one key up to before another.
SELECT * FROM past_external_events WHERE (run, external_event_def, guid) >= (?, ?, ?)
AND (run, external_event_def, guid) < (?, ?, ?)
ORDER BY run, external_event_def, guid LIMIT ?;

-- name: erase_past_external_events
-- Delete the rows of runs (run) from past_external_events.
DELETE FROM past_external_events WHERE run IN (VALUES (?));

-- name: keep_past_external_events
-- Copy the claimed external events of runs (run) whose execution ends.
INSERT INTO past_external_events
SELECT ended.* FROM (VALUES (?))
CROSS JOIN external_events AS ended ON ended.run = column1 AND ended.claimed <> 0
WHERE column1 IS NOT NULL
ON CONFLICT (run, external_event_def, guid) DO UPDATE SET
created_us = excluded.created_us, claimed = excluded.claimed, body = excluded.body;

-- name: drop_past_external_events
-- Delete the claimed external events of runs (run) whose execution ends.
DELETE FROM external_events WHERE rowid IN (
  SELECT ended.rowid FROM (VALUES (?))
  CROSS JOIN external_events AS ended ON ended.run = column1 AND ended.claimed <> 0);

-- name: write_executions
-- Write whole rows of executions.
INSERT INTO executions SELECT * FROM (VALUES (?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (run, execution) DO UPDATE SET first_sequence = excluded.first_sequence;

-- name: delete_executions
-- Delete rows of executions by their keys.
DELETE FROM executions WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN executions AS doomed ON doomed.run = column1 AND doomed.execution = column2);

-- name: lookup_executions
-- Rows of executions by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN executions AS found ON found.run = column1 AND found.execution = column2;

-- name: scan_executions
-- Rows of executions from one key up to before another.
SELECT * FROM executions WHERE (run, execution) >= (?, ?) AND (run, execution) < (?, ?)
ORDER BY run, execution LIMIT ?;

-- name: erase_executions
-- Delete the rows of runs (run) from executions.
DELETE FROM executions WHERE run IN (VALUES (?));

-- name: write_archived_runs
-- Write whole rows of archived_runs.
INSERT INTO archived_runs SELECT * FROM (VALUES (?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (run) DO UPDATE SET body = excluded.body;

-- name: delete_archived_runs
-- Delete rows of archived_runs by their keys.
DELETE FROM archived_runs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?))
  CROSS JOIN archived_runs AS doomed ON doomed.run = column1);

-- name: lookup_archived_runs
-- Rows of archived_runs by their keys.
SELECT found.* FROM (VALUES (?))
CROSS JOIN archived_runs AS found ON found.run = column1;

-- name: scan_archived_runs
-- Rows of archived_runs from one key up to before another.
SELECT * FROM archived_runs WHERE run >= ? AND run < ?
ORDER BY run LIMIT ?;

-- name: erase_archived_runs
-- Delete the rows of runs (run) from archived_runs.
DELETE FROM archived_runs WHERE run IN (VALUES (?));

-- name: write_task_queue
-- Write whole rows of task_queue.
INSERT INTO task_queue SELECT * FROM (VALUES (?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (run, task_guid) DO UPDATE SET task_def = excluded.task_def,
queued_us = excluded.queued_us;

-- name: delete_task_queue
-- Delete rows of task_queue by their keys.
DELETE FROM task_queue WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN task_queue AS doomed ON doomed.run = column1 AND doomed.task_guid = column2);

-- name: lookup_task_queue
-- Rows of task_queue by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN task_queue AS found ON found.run = column1 AND found.task_guid = column2;

-- name: scan_task_queue
-- Rows of task_queue from one key up to before another.
SELECT * FROM task_queue WHERE (run, task_guid) >= (?, ?) AND (run, task_guid) < (?, ?)
ORDER BY run, task_guid LIMIT ?;

-- name: erase_task_queue
-- Delete the rows of runs (run) from task_queue.
DELETE FROM task_queue WHERE run IN (VALUES (?));

-- name: write_inactive_threads
-- Write whole rows of inactive_threads.
INSERT INTO inactive_threads SELECT * FROM (VALUES (?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (run, thread) DO UPDATE SET body = excluded.body;

-- name: delete_inactive_threads
-- Delete rows of inactive_threads by their keys.
DELETE FROM inactive_threads WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN inactive_threads AS doomed ON doomed.run = column1
  AND doomed.thread = column2);

-- name: lookup_inactive_threads
-- Rows of inactive_threads by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN inactive_threads AS found ON found.run = column1
  AND found.thread = column2;

-- name: scan_inactive_threads
-- Rows of inactive_threads from one key up to before another.
SELECT * FROM inactive_threads WHERE (run, thread) >= (?, ?) AND (run, thread) < (?, ?)
ORDER BY run, thread LIMIT ?;

-- name: erase_inactive_threads
-- Delete the rows of runs (run) from inactive_threads.
DELETE FROM inactive_threads WHERE run IN (VALUES (?));

-- name: write_workflow_events
-- Write whole rows of workflow_events.
INSERT INTO workflow_events SELECT * FROM (VALUES (?, ?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (run, workflow_event_def, number) DO UPDATE SET thrown_us = excluded.thrown_us, body =
excluded.body;

-- name: delete_workflow_events
-- Delete rows of workflow_events by their keys.
DELETE FROM workflow_events WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?, ?))
  CROSS JOIN workflow_events AS doomed ON doomed.run = column1
 
  AND doomed.workflow_event_def = column2
 
  AND doomed.number = column3);

-- name: lookup_workflow_events
-- Rows of workflow_events by their keys.
SELECT found.* FROM (VALUES (?, ?, ?))
CROSS JOIN workflow_events AS found ON found.run = column1
 
  AND found.workflow_event_def = column2
 
  AND found.number = column3;

-- name: scan_workflow_events
-- Rows of workflow_events from one key up to before another.
SELECT * FROM workflow_events WHERE (run, workflow_event_def, number) >= (?, ?, ?) AND (run,
workflow_event_def, number) < (?, ?, ?)
ORDER BY run, workflow_event_def, number LIMIT ?;

-- name: erase_workflow_events
-- Delete the rows of runs (run) from workflow_events.
DELETE FROM workflow_events WHERE run IN (VALUES (?));

-- name: write_checkpoints
-- Write whole rows of checkpoints.
INSERT INTO checkpoints SELECT * FROM (VALUES (?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (run, task_guid, number) DO UPDATE SET body = excluded.body;

-- name: delete_checkpoints
-- Delete rows of checkpoints by their keys.
DELETE FROM checkpoints WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?, ?))
  CROSS JOIN checkpoints AS doomed ON doomed.run = column1
 
  AND doomed.task_guid = column2
 
  AND doomed.number = column3);

-- name: lookup_checkpoints
-- Rows of checkpoints by their keys.
SELECT found.* FROM (VALUES (?, ?, ?))
CROSS JOIN checkpoints AS found ON found.run = column1
 
  AND found.task_guid = column2
 
  AND found.number = column3;

-- name: scan_checkpoints
-- Rows of checkpoints from one key up to before another.
SELECT * FROM checkpoints WHERE (run, task_guid, number) >= (?, ?, ?) AND (run, task_guid, number)
< (?, ?, ?)
ORDER BY run, task_guid, number LIMIT ?;

-- name: erase_checkpoints
-- Delete the rows of runs (run) from checkpoints.
DELETE FROM checkpoints WHERE run IN (VALUES (?));

-- name: write_user_task_runs
-- Write whole rows of user_task_runs.
INSERT INTO user_task_runs SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?, ?, ?)) WHERE column1 IS NOT
NULL
ON CONFLICT (run, user_task_guid) DO UPDATE SET user_task_def = excluded.user_task_def, status =
excluded.status, user_id = excluded.user_id, user_group = excluded.user_group, scheduled_us =
excluded.scheduled_us, body = excluded.body;

-- name: delete_user_task_runs
-- Delete rows of user_task_runs by their keys.
DELETE FROM user_task_runs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN user_task_runs AS doomed ON doomed.run = column1
  AND doomed.user_task_guid = column2);

-- name: lookup_user_task_runs
-- Rows of user_task_runs by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN user_task_runs AS found ON found.run = column1
  AND found.user_task_guid = column2;

-- name: scan_user_task_runs
-- Rows of user_task_runs from one key up to before another.
SELECT * FROM user_task_runs WHERE (run, user_task_guid) >= (?, ?) AND (run, user_task_guid) < (?,
?)
ORDER BY run, user_task_guid LIMIT ?;

-- name: erase_user_task_runs
-- Delete the rows of runs (run) from user_task_runs.
DELETE FROM user_task_runs WHERE run IN (VALUES (?));
