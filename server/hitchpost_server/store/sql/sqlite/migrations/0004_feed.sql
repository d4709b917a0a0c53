-- The tables of the change feed: which messages were published; routes, how
-- far they have come, and what they have given up on; where the feed begins; how
-- far consumers have come.
BEGIN IMMEDIATE;

CREATE TABLE published_messages (
  topic TEXT NOT NULL,
  id TEXT NOT NULL,
  digest BLOB NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (topic, id)
) STRICT;

CREATE TABLE routes (
  id TEXT NOT NULL,
  born INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (id)
) STRICT;

CREATE TABLE route_cursors (
  route TEXT NOT NULL,
  position INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (route)
) STRICT;

CREATE TABLE dead_letters (
  route TEXT NOT NULL,
  position INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (route, position)
) STRICT;

CREATE TABLE feed_floor (
  feed TEXT NOT NULL,
  position INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (feed)
) STRICT;

CREATE TABLE consumers (
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (name)
) STRICT;

PRAGMA user_version = 4;
COMMIT;
