-- The tables of the change feed: which messages were published.
BEGIN IMMEDIATE;

CREATE TABLE published_messages (
  topic TEXT NOT NULL,
  id TEXT NOT NULL,
  digest BLOB NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (topic, id)
) STRICT;

PRAGMA user_version = 4;
COMMIT;
