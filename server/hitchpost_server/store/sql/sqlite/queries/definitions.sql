-- The tables of definitions: the same four statements for each.

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

-- name: write_workflow_event_defs
-- Write whole rows of workflow_event_defs.
INSERT INTO workflow_event_defs SELECT * FROM (VALUES (?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (name) DO UPDATE SET body = excluded.body;

-- name: delete_workflow_event_defs
-- Delete rows of workflow_event_defs by their keys.
DELETE FROM workflow_event_defs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?))
  CROSS JOIN workflow_event_defs AS doomed ON doomed.name = column1);

-- name: lookup_workflow_event_defs
-- Rows of workflow_event_defs by their keys.
SELECT found.* FROM (VALUES (?))
CROSS JOIN workflow_event_defs AS found ON found.name = column1;

-- name: scan_workflow_event_defs
-- Rows of workflow_event_defs from one key up to before another.
SELECT * FROM workflow_event_defs WHERE name >= ? AND name < ?
ORDER BY name LIMIT ?;

-- name: write_struct_defs
-- Write whole rows of struct_defs.
INSERT INTO struct_defs SELECT * FROM (VALUES (?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (name, version) DO UPDATE SET body = excluded.body;

-- name: delete_struct_defs
-- Delete rows of struct_defs by their keys.
DELETE FROM struct_defs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN struct_defs AS doomed ON doomed.name = column1
  AND doomed.version = column2);

-- name: lookup_struct_defs
-- Rows of struct_defs by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN struct_defs AS found ON found.name = column1
  AND found.version = column2;

-- name: scan_struct_defs
-- Rows of struct_defs from one key up to before another.
SELECT * FROM struct_defs WHERE (name, version) >= (?, ?) AND (name, version) < (?, ?)
ORDER BY name, version LIMIT ?;

-- name: write_user_task_defs
-- Write whole rows of user_task_defs.
INSERT INTO user_task_defs SELECT * FROM (VALUES (?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (name, version) DO UPDATE SET body = excluded.body;

-- name: delete_user_task_defs
-- Delete rows of user_task_defs by their keys.
DELETE FROM user_task_defs WHERE rowid IN (
  SELECT doomed.rowid FROM (VALUES (?, ?))
  CROSS JOIN user_task_defs AS doomed ON doomed.name = column1
  AND doomed.version = column2);

-- name: lookup_user_task_defs
-- Rows of user_task_defs by their keys.
SELECT found.* FROM (VALUES (?, ?))
CROSS JOIN user_task_defs AS found ON found.name = column1
  AND found.version = column2;

-- name: scan_user_task_defs
-- Rows of user_task_defs from one key up to before another.
SELECT * FROM user_task_defs WHERE (name, version) >= (?, ?) AND (name, version) < (?, ?)
ORDER BY name, version LIMIT ?;
