-- Every statement that the SQLite store runs, apart from BEGIN, COMMIT, ROLLBACK and pragmas.
-- `VALUES (...)` stands for as many groups as there are rows: the loader repeats it, and fills up
-- with groups of NULL. A question mark outside of it is bound after the groups.

-- name: read_head
-- The position of the last event of the log, and how many commits the store has seen.
SELECT position, commits FROM head;

-- name: advance_head
-- Move the head behind the events of this transaction. The last statement of each one.
UPDATE head SET position = position + ?, commits = commits + 1 RETURNING position, commits;

-- name: find_moved_streams
-- Streams (name, sequence) that are not at the sequence that is expected of them.
SELECT expected.column1, coalesce(streams.sequence, 0)
FROM (VALUES (?, ?)) AS expected LEFT JOIN streams ON streams.name = expected.column1
WHERE expected.column1 IS NOT NULL AND coalesce(streams.sequence, 0) <> expected.column2;

-- name: advance_streams
-- Move streams (name, sequence) to the sequence of their last event.
INSERT INTO streams (name, sequence)
SELECT column1, column2 FROM (VALUES (?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence;

-- name: append
-- Add records (stream, events ahead of it in this transaction, last sequence, events, time, body).
INSERT INTO log (position, stream, last_sequence, events, time_us, body)
SELECT head.position + 1 + column2, streams.id, column3, column4, column5, column6
FROM (VALUES (?, ?, ?, ?, ?, ?)) CROSS JOIN streams ON streams.name = column1 CROSS JOIN head;

-- name: erase_log
-- Take the contents out of the records of streams (name, up to sequence).
UPDATE log SET body = NULL
WHERE body IS NOT NULL AND position IN (
  SELECT erased.position FROM (VALUES (?, ?)) CROSS JOIN streams ON streams.name = column1
  CROSS JOIN log AS erased ON erased.stream = streams.id AND erased.last_sequence <= column2);

-- name: read_bodies
-- The bodies of the records of a stream up to a sequence.
SELECT log.position, log.body FROM streams CROSS JOIN log ON log.stream = streams.id
WHERE streams.name = ? AND log.last_sequence <= ? AND log.body IS NOT NULL;

-- name: replace_body
-- Give a record (by position) another body.
UPDATE log SET body = ? WHERE position = ?;

-- name: erase_snapshots
-- Delete snapshots of streams (name, up to sequence) that were made no later.
DELETE FROM snapshots WHERE stream IN (
  SELECT streams.id FROM (VALUES (?, ?)) CROSS JOIN streams ON streams.name = column1
  CROSS JOIN snapshots AS erased ON erased.stream = streams.id AND erased.sequence <= column2);

-- name: write_snapshots
-- Replace the snapshots of streams (name, sequence, version, body).
INSERT INTO snapshots (stream, sequence, version, body)
SELECT streams.id, column2, column3, column4
FROM (VALUES (?, ?, ?, ?)) CROSS JOIN streams ON streams.name = column1 WHERE true
ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, version = excluded.version,
body = excluded.body;

-- name: load_streams
-- Where streams (name) stand, with their snapshots of one version.
SELECT streams.name, streams.sequence, snapshots.sequence, snapshots.version, snapshots.body
FROM (VALUES (?)) CROSS JOIN streams ON streams.name = column1
LEFT JOIN snapshots ON snapshots.stream = streams.id AND snapshots.version = ?;

-- name: load_records
-- The records of streams (name, after sequence), each stream's in order.
SELECT log.position, streams.name, log.last_sequence - log.events + 1, log.last_sequence, log.body
FROM (VALUES (?, ?)) CROSS JOIN streams ON streams.name = column1
CROSS JOIN log ON log.stream = streams.id AND log.last_sequence > column2
ORDER BY log.stream, log.last_sequence;

-- name: read_stream
-- The records of a stream that end behind a sequence, in order.
SELECT log.position, streams.name, log.last_sequence - log.events + 1, log.last_sequence, log.body
FROM streams CROSS JOIN log ON log.stream = streams.id
WHERE streams.name = ? AND log.last_sequence > ? ORDER BY log.last_sequence LIMIT ?;

-- name: read_log
-- The records whose first event is behind a position, in order.
SELECT log.position, streams.name, log.last_sequence - log.events + 1, log.last_sequence, log.body
FROM log CROSS JOIN streams ON streams.id = log.stream
WHERE log.position > ? ORDER BY log.position LIMIT ?;

-- name: read_latest_time
-- The time of the last record.
SELECT time_us FROM log ORDER BY position DESC LIMIT 1;

-- name: due_timers
-- Timers behind (due, stream, timer), in that order.
SELECT * FROM timers WHERE (due_us, stream, timer) > (?, ?, ?)
ORDER BY due_us, stream, timer LIMIT ?;

-- name: queued_tasks
-- Queued attempts of a task behind (queued, run, guid), in that order.
SELECT * FROM task_queue WHERE task_def = ? AND (queued_us, run, task_guid) > (?, ?, ?)
ORDER BY queued_us, run, task_guid LIMIT ?;

-- name: follow_ups
-- Follow-ups behind an id, in the order of their ids.
SELECT * FROM follow_ups WHERE id > ? ORDER BY id LIMIT ?;

-- name: erase_timers
-- Delete the timers of runs (stream, run).
DELETE FROM timers WHERE rowid IN (
  SELECT erased.rowid FROM (VALUES (?, ?))
  CROSS JOIN timers AS erased ON erased.stream = column1 AND erased.run = column2);

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

-- name: clear_runs
-- Empty runs.
DELETE FROM runs;

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

-- name: clear_node_runs
-- Empty node_runs.
DELETE FROM node_runs;

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

-- name: clear_task_runs
-- Empty task_runs.
DELETE FROM task_runs;

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

-- name: clear_variables
-- Empty variables.
DELETE FROM variables;

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

-- name: clear_external_events
-- Empty external_events.
DELETE FROM external_events;

-- name: erase_external_events
-- Delete the rows of runs (run) from external_events.
DELETE FROM external_events WHERE run IN (VALUES (?));

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

-- name: clear_task_queue
-- Empty task_queue.
DELETE FROM task_queue;

-- name: erase_task_queue
-- Delete the rows of runs (run) from task_queue.
DELETE FROM task_queue WHERE run IN (VALUES (?));

-- name: write_timers
-- Write whole rows of timers.
INSERT INTO timers SELECT * FROM (VALUES (?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (stream, timer) DO UPDATE SET due_us = excluded.due_us, run = excluded.run;

-- name: delete_timers
-- Delete rows of timers by their keys.
DELETE FROM timers WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN timers AS doomed ON doomed.stream = column1 AND doomed.timer = column2);

-- name: lookup_timers
-- Rows of timers by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN timers AS found ON found.stream = column1 AND found.timer = column2;

-- name: scan_timers
-- Rows of timers from one key up to before another.
SELECT * FROM timers WHERE (stream, timer) >= (?, ?) AND (stream, timer) < (?, ?)
ORDER BY stream, timer LIMIT ?;

-- name: clear_timers
-- Empty timers.
DELETE FROM timers;

-- name: write_follow_ups
-- Write whole rows of follow_ups.
INSERT INTO follow_ups SELECT * FROM (VALUES (?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (id) DO UPDATE SET stream = excluded.stream, body = excluded.body;

-- name: delete_follow_ups
-- Delete rows of follow_ups by their keys.
DELETE FROM follow_ups WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?))
  CROSS JOIN follow_ups AS doomed ON doomed.id = column1);

-- name: lookup_follow_ups
-- Rows of follow_ups by their keys.
SELECT found.* FROM (VALUES (?))
CROSS JOIN follow_ups AS found ON found.id = column1;

-- name: scan_follow_ups
-- Rows of follow_ups from one key up to before another.
SELECT * FROM follow_ups WHERE id >= ? AND id < ?
ORDER BY id LIMIT ?;

-- name: clear_follow_ups
-- Empty follow_ups.
DELETE FROM follow_ups;

-- name: write_task_defs
-- Write whole rows of task_defs.
INSERT INTO task_defs SELECT * FROM (VALUES (?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (name) DO UPDATE SET body = excluded.body;

-- name: delete_task_defs
-- Delete rows of task_defs by their keys.
DELETE FROM task_defs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?))
  CROSS JOIN task_defs AS doomed ON doomed.name = column1);

-- name: lookup_task_defs
-- Rows of task_defs by their keys.
SELECT found.* FROM (VALUES (?))
CROSS JOIN task_defs AS found ON found.name = column1;

-- name: scan_task_defs
-- Rows of task_defs from one key up to before another.
SELECT * FROM task_defs WHERE name >= ? AND name < ?
ORDER BY name LIMIT ?;

-- name: clear_task_defs
-- Empty task_defs.
DELETE FROM task_defs;

-- name: write_external_event_defs
-- Write whole rows of external_event_defs.
INSERT INTO external_event_defs SELECT * FROM (VALUES (?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (name) DO UPDATE SET body = excluded.body;

-- name: delete_external_event_defs
-- Delete rows of external_event_defs by their keys.
DELETE FROM external_event_defs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?))
  CROSS JOIN external_event_defs AS doomed ON doomed.name = column1);

-- name: lookup_external_event_defs
-- Rows of external_event_defs by their keys.
SELECT found.* FROM (VALUES (?))
CROSS JOIN external_event_defs AS found ON found.name = column1;

-- name: scan_external_event_defs
-- Rows of external_event_defs from one key up to before another.
SELECT * FROM external_event_defs WHERE name >= ? AND name < ?
ORDER BY name LIMIT ?;

-- name: clear_external_event_defs
-- Empty external_event_defs.
DELETE FROM external_event_defs;

-- name: write_wf_specs
-- Write whole rows of wf_specs.
INSERT INTO wf_specs SELECT * FROM (VALUES (?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (name, sequence) DO UPDATE SET body = excluded.body;

-- name: delete_wf_specs
-- Delete rows of wf_specs by their keys.
DELETE FROM wf_specs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN wf_specs AS doomed ON doomed.name = column1 AND doomed.sequence = column2);

-- name: lookup_wf_specs
-- Rows of wf_specs by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN wf_specs AS found ON found.name = column1 AND found.sequence = column2;

-- name: scan_wf_specs
-- Rows of wf_specs from one key up to before another.
SELECT * FROM wf_specs WHERE (name, sequence) >= (?, ?) AND (name, sequence) < (?, ?)
ORDER BY name, sequence LIMIT ?;

-- name: clear_wf_specs
-- Empty wf_specs.
DELETE FROM wf_specs;

-- name: write_wf_spec_versions
-- Write whole rows of wf_spec_versions.
INSERT INTO wf_spec_versions SELECT * FROM (VALUES (?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (name, major_version, revision) DO UPDATE SET sequence = excluded.sequence;

-- name: delete_wf_spec_versions
-- Delete rows of wf_spec_versions by their keys.
DELETE FROM wf_spec_versions WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?, ?))
  CROSS JOIN wf_spec_versions AS doomed ON doomed.name = column1
  AND doomed.major_version = column2
  AND doomed.revision = column3);

-- name: lookup_wf_spec_versions
-- Rows of wf_spec_versions by their keys.
SELECT found.* FROM (VALUES (?, ?, ?))
CROSS JOIN wf_spec_versions AS found ON found.name = column1
  AND found.major_version = column2
  AND found.revision = column3;

-- name: scan_wf_spec_versions
-- Rows of wf_spec_versions from one key up to before another.
SELECT * FROM wf_spec_versions WHERE (name, major_version, revision) >= (?, ?, ?) AND
(name, major_version, revision) < (?, ?, ?)
ORDER BY name, major_version, revision LIMIT ?;

-- name: clear_wf_spec_versions
-- Empty wf_spec_versions.
DELETE FROM wf_spec_versions;
