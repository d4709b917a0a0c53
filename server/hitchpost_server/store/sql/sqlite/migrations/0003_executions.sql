-- The tables of runs that start over: what their ended executions have claimed, where the
-- history of each begins, and what is kept of their child runs that have ended.
BEGIN IMMEDIATE;

CREATE TABLE past_external_events (
  run TEXT NOT NULL,
  external_event_def TEXT NOT NULL,
  guid TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  claimed INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run, external_event_def, guid)
) STRICT;

CREATE TABLE executions (
  run TEXT NOT NULL,
  execution INTEGER NOT NULL,
  first_sequence INTEGER NOT NULL,
  PRIMARY KEY (run, execution)
) STRICT;

CREATE TABLE archived_runs (
  run TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run)
) STRICT;

PRAGMA user_version = 3;
COMMIT;
