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

-- name: begin_streams
-- Add streams (name, sequence of the last event), except those that are there already.
INSERT INTO streams (name, sequence)
SELECT column1, column2 FROM (VALUES (?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (name) DO NOTHING;

-- name: advance_streams
-- Move streams (name, sequence, sequence of the last event), except those that are elsewhere.
UPDATE streams SET sequence = moves.column3 FROM (VALUES (?, ?, ?)) AS moves
WHERE streams.name = moves.column1 AND streams.sequence = moves.column2;

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

-- name: find_streams
-- Whether there are any of some streams (name).
SELECT 1 FROM (VALUES (?)) CROSS JOIN streams ON streams.name = column1 LIMIT 1;

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

-- name: read_next_streams
-- The records of the streams whose names come behind another, in the order of both.
SELECT log.position, streams.name, log.last_sequence - log.events + 1, log.last_sequence, log.body
FROM streams CROSS JOIN log ON log.stream = streams.id
WHERE streams.name > ? ORDER BY streams.name, log.last_sequence LIMIT ?;

-- name: read_log
-- The records whose last event is behind a position (given twice), in order: no record begins
-- between the first event of another and its last.
SELECT log.position, streams.name, log.last_sequence - log.events + 1, log.last_sequence, log.body
FROM log CROSS JOIN streams ON streams.id = log.stream
WHERE log.position >= coalesce((SELECT max(position) FROM log WHERE position <= ? + 1), 0)
AND log.position + log.events > ? + 1 ORDER BY log.position LIMIT ?;

-- name: outline_log
-- The same without the bodies: last position, stream, last sequence, time, bytes of the body.
-- SQLite takes the length of a blob from where the row begins, and reads no more of it.
SELECT log.position + log.events - 1, streams.name, log.last_sequence, log.time_us,
coalesce(length(log.body), 0)
FROM log CROSS JOIN streams ON streams.id = log.stream
WHERE log.position >= coalesce((SELECT max(position) FROM log WHERE position <= ? + 1), 0)
AND log.position + log.events > ? + 1 ORDER BY log.position LIMIT ?;

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
