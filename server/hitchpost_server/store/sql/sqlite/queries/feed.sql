-- The tables of the change feed: the same five statements for each.

-- name: write_published_messages
-- Write whole rows of published_messages.
INSERT INTO published_messages
SELECT * FROM (VALUES (?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (topic, id) DO UPDATE SET digest = excluded.digest, body = excluded.body;

-- name: delete_published_messages
-- Delete rows of published_messages by their keys.
DELETE FROM published_messages WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN published_messages AS doomed ON doomed.topic = column1 AND doomed.id = column2);

-- name: lookup_published_messages
-- Rows of published_messages by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN published_messages AS found ON found.topic = column1 AND found.id = column2;

-- name: scan_published_messages
-- Rows of published_messages from one key up to before another.
SELECT * FROM published_messages WHERE (topic, id) >= (?, ?) AND (topic, id) < (?, ?)
ORDER BY topic, id LIMIT ?;

-- name: clear_published_messages
-- Empty published_messages.
DELETE FROM published_messages;
