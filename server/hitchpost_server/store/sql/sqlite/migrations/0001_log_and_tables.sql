-- The log, and the tables that are derived from it.
--
-- Derived tables keep their rowid: against WITHOUT ROWID they were written a quarter faster, as
-- new rows go to the end of the table and only a narrow index is hit at random; and rows grow far
-- beyond what a page of an index can hold. The log leads: everything else can be made again.
BEGIN IMMEDIATE;

-- The names of streams, and the sequence of the last event of each.
CREATE TABLE streams (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  sequence INTEGER NOT NULL
) STRICT;

-- One row a record: `position` is that of its first event; a body that was erased is NULL.
CREATE TABLE log (
  position INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  events INTEGER NOT NULL,
  time_us INTEGER NOT NULL,
  body BLOB
) STRICT;
CREATE UNIQUE INDEX log_by_stream ON log (stream, last_sequence);

-- The latest snapshot of a stream.
CREATE TABLE snapshots (
  stream INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL,
  version INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;

-- The one row that every transaction updates last.
CREATE TABLE head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  position INTEGER NOT NULL,
  commits INTEGER NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, 0);

-- The derived tables. Columns are in the order of the fields of the row classes.
CREATE TABLE runs (
  run TEXT NOT NULL,
  execution INTEGER NOT NULL,
  wf_spec_name TEXT NOT NULL,
  major_version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  status INTEGER NOT NULL,
  started_us INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run)
) STRICT;

CREATE TABLE node_runs (
  run TEXT NOT NULL,
  thread INTEGER NOT NULL,
  position INTEGER NOT NULL,
  node_name TEXT NOT NULL,
  status INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run, thread, position)
) STRICT;

CREATE TABLE task_runs (
  run TEXT NOT NULL,
  task_guid TEXT NOT NULL,
  task_def TEXT NOT NULL,
  status INTEGER NOT NULL,
  scheduled_us INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run, task_guid)
) STRICT;

CREATE TABLE variables (
  run TEXT NOT NULL,
  thread INTEGER NOT NULL,
  name TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run, thread, name)
) STRICT;

CREATE TABLE external_events (
  run TEXT NOT NULL,
  external_event_def TEXT NOT NULL,
  guid TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  claimed INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run, external_event_def, guid)
) STRICT;

CREATE TABLE task_queue (
  run TEXT NOT NULL,
  task_guid TEXT NOT NULL,
  task_def TEXT NOT NULL,
  queued_us INTEGER NOT NULL,
  PRIMARY KEY (run, task_guid)
) STRICT;
CREATE INDEX task_queue_by_task ON task_queue (task_def, queued_us, run, task_guid);

CREATE TABLE timers (
  stream TEXT NOT NULL,
  timer INTEGER NOT NULL,
  due_us INTEGER NOT NULL,
  run TEXT NOT NULL,
  PRIMARY KEY (stream, timer)
) STRICT;
CREATE INDEX timers_by_due ON timers (due_us, stream, timer);

CREATE TABLE follow_ups (
  id TEXT NOT NULL,
  stream TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (id)
) STRICT;

CREATE TABLE task_defs (
  name TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (name)
) STRICT;

CREATE TABLE external_event_defs (
  name TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (name)
) STRICT;

CREATE TABLE wf_specs (
  name TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (name, sequence)
) STRICT;

CREATE TABLE wf_spec_versions (
  name TEXT NOT NULL,
  major_version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (name, major_version, revision)
) STRICT;

PRAGMA application_id = 0x48697463;
PRAGMA user_version = 1;
COMMIT;
