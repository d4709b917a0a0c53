-- The tables of the change feed: the same four statements for each.

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

-- name: write_routes
-- Write whole rows of routes.
INSERT INTO routes SELECT * FROM (VALUES (?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (id) DO UPDATE SET born = excluded.born, body = excluded.body;

-- name: delete_routes
-- Delete rows of routes by their keys.
DELETE FROM routes WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?))
  CROSS JOIN routes AS doomed ON doomed.id = column1);

-- name: lookup_routes
-- Rows of routes by their keys.
SELECT found.* FROM (VALUES (?))
CROSS JOIN routes AS found ON found.id = column1;

-- name: scan_routes
-- Rows of routes from one key up to before another.
SELECT * FROM routes WHERE id >= ? AND id < ?
ORDER BY id LIMIT ?;

-- name: write_route_cursors
-- Write whole rows of route_cursors.
INSERT INTO route_cursors SELECT * FROM (VALUES (?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (route) DO UPDATE SET position = excluded.position, body = excluded.body;

-- name: delete_route_cursors
-- Delete rows of route_cursors by their keys.
DELETE FROM route_cursors WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?))
  CROSS JOIN route_cursors AS doomed ON doomed.route = column1);

-- name: lookup_route_cursors
-- Rows of route_cursors by their keys.
SELECT found.* FROM (VALUES (?))
CROSS JOIN route_cursors AS found ON found.route = column1;

-- name: scan_route_cursors
-- Rows of route_cursors from one key up to before another.
SELECT * FROM route_cursors WHERE route >= ? AND route < ?
ORDER BY route LIMIT ?;

-- name: write_dead_letters
-- Write whole rows of dead_letters.
INSERT INTO dead_letters SELECT * FROM (VALUES (?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (route, position) DO UPDATE SET body = excluded.body;

-- name: delete_dead_letters
-- Delete rows of dead_letters by their keys.
DELETE FROM dead_letters WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN dead_letters AS doomed ON doomed.route = column1 AND doomed.position = column2);

-- name: lookup_dead_letters
-- Rows of dead_letters by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN dead_letters AS found ON found.route = column1 AND found.position = column2;

-- name: scan_dead_letters
-- Rows of dead_letters from one key up to before another.
SELECT * FROM dead_letters WHERE (route, position) >= (?, ?) AND (route, position) < (?, ?)
ORDER BY route, position LIMIT ?;

-- name: write_feed_floor
-- Write whole rows of feed_floor.
INSERT INTO feed_floor SELECT * FROM (VALUES (?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (feed) DO UPDATE SET position = excluded.position, body = excluded.body;

-- name: delete_feed_floor
-- Delete rows of feed_floor by their keys.
DELETE FROM feed_floor WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?))
  CROSS JOIN feed_floor AS doomed ON doomed.feed = column1);

-- name: lookup_feed_floor
-- Rows of feed_floor by their keys.
SELECT found.* FROM (VALUES (?))
CROSS JOIN feed_floor AS found ON found.feed = column1;

-- name: scan_feed_floor
-- Rows of feed_floor from one key up to before another.
SELECT * FROM feed_floor WHERE feed >= ? AND feed < ?
ORDER BY feed LIMIT ?;

-- name: write_consumers
-- Write whole rows of consumers.
INSERT INTO consumers SELECT * FROM (VALUES (?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (name) DO UPDATE SET position = excluded.position, body = excluded.body;

-- name: delete_consumers
-- Delete rows of consumers by their keys.
DELETE FROM consumers WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?))
  CROSS JOIN consumers AS doomed ON doomed.name = column1);

-- name: lookup_consumers
-- Rows of consumers by their keys.
SELECT found.* FROM (VALUES (?))
CROSS JOIN consumers AS found ON found.name = column1;

-- name: scan_consumers
-- Rows of consumers from one key up to before another.
SELECT * FROM consumers WHERE name >= ? AND name < ?
ORDER BY name LIMIT ?;
