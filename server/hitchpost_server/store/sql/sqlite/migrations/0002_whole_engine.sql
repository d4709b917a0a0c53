-- The tables of archived threads, workflow events, checkpoints, user tasks, structs, correlated
-- events and schedules.
BEGIN IMMEDIATE;

CREATE TABLE inactive_threads (
  run TEXT NOT NULL,
  thread INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run, thread)
) STRICT;

CREATE TABLE workflow_events (
  run TEXT NOT NULL,
  workflow_event_def TEXT NOT NULL,
  number INTEGER NOT NULL,
  thrown_us INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run, workflow_event_def, number)
) STRICT;
CREATE INDEX workflow_events_by_definition ON workflow_events
(workflow_event_def, thrown_us, run, number);

CREATE TABLE checkpoints (
  run TEXT NOT NULL,
  task_guid TEXT NOT NULL,
  number INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run, task_guid, number)
) STRICT;

CREATE TABLE user_task_runs (
  run TEXT NOT NULL,
  user_task_guid TEXT NOT NULL,
  user_task_def TEXT NOT NULL,
  status INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  user_group TEXT NOT NULL,
  scheduled_us INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run, user_task_guid)
) STRICT;
CREATE INDEX user_task_runs_by_status ON user_task_runs
(status, scheduled_us, run, user_task_guid);
CREATE INDEX user_task_runs_by_user ON user_task_runs
(user_id, status, scheduled_us, run, user_task_guid);
CREATE INDEX user_task_runs_by_group ON user_task_runs
(user_group, status, scheduled_us, run, user_task_guid);
CREATE INDEX user_task_runs_by_definition ON user_task_runs
(user_task_def, status, scheduled_us, run, user_task_guid);

CREATE TABLE workflow_event_defs (
  name TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (name)
) STRICT;

CREATE TABLE struct_defs (
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (name, version)
) STRICT;

CREATE TABLE user_task_defs (
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (name, version)
) STRICT;

CREATE TABLE correlated_events (
  external_event_def TEXT NOT NULL,
  correlation_key TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (external_event_def, correlation_key)
) STRICT;

CREATE TABLE scheduled_wf_runs (
  id TEXT NOT NULL,
  wf_spec_name TEXT NOT NULL,
  major_version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  created_us INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX scheduled_wf_runs_by_wf_spec ON scheduled_wf_runs (wf_spec_name, created_us, id);

PRAGMA user_version = 2;
COMMIT;
