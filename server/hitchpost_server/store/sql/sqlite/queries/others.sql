-- The tables of what belongs to streams of other kinds: the same four statements for each.

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

-- name: write_correlated_events
-- Write whole rows of correlated_events.
INSERT INTO correlated_events SELECT * FROM (VALUES (?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (external_event_def, correlation_key) DO UPDATE SET created_us = excluded.created_us,
body = excluded.body;

-- name: delete_correlated_events
-- Delete rows of correlated_events by their keys.
DELETE FROM correlated_events WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN correlated_events AS doomed ON doomed.external_event_def = column1
  AND doomed.correlation_key = column2);

-- name: lookup_correlated_events
-- Rows of correlated_events by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN correlated_events AS found ON found.external_event_def = column1
  AND found.correlation_key = column2;

-- name: scan_correlated_events
-- Rows of correlated_events from one key up to before another.
SELECT * FROM correlated_events WHERE (external_event_def, correlation_key) >= (?, ?) AND
(external_event_def, correlation_key) < (?, ?)
ORDER BY external_event_def, correlation_key LIMIT ?;

-- name: write_scheduled_wf_runs
-- Write whole rows of scheduled_wf_runs.
INSERT INTO scheduled_wf_runs SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (id) DO UPDATE SET wf_spec_name = excluded.wf_spec_name, major_version =
excluded.major_version, revision = excluded.revision, created_us = excluded.created_us, body =
excluded.body;

-- name: delete_scheduled_wf_runs
-- Delete rows of scheduled_wf_runs by their keys.
DELETE FROM scheduled_wf_runs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?))
  CROSS JOIN scheduled_wf_runs AS doomed ON doomed.id = column1);

-- name: lookup_scheduled_wf_runs
-- Rows of scheduled_wf_runs by their keys.
SELECT found.* FROM (VALUES (?))
CROSS JOIN scheduled_wf_runs AS found ON found.id = column1;

-- name: scan_scheduled_wf_runs
-- Rows of scheduled_wf_runs from one key up to before another.
SELECT * FROM scheduled_wf_runs WHERE id >= ? AND id < ?
ORDER BY id LIMIT ?;
