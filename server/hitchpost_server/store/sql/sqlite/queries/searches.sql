-- Searches: rows by some of their columns, in the order of time, from a moment and key on and up
-- to a moment. Where there is a choice, NULL stands for any value.

-- name: search_user_task_runs_by_user
-- User tasks of (user, status), perhaps of a group and of a definition.
SELECT * FROM user_task_runs WHERE user_id = ? AND status = ?
AND user_group = coalesce(?, user_group) AND user_task_def = coalesce(?, user_task_def)
AND (scheduled_us, run, user_task_guid) >= (?, ?, ?) AND scheduled_us <= ?
ORDER BY scheduled_us, run, user_task_guid LIMIT ?;

-- name: search_user_task_runs_by_group
-- User tasks of (group, status), perhaps of a definition.
SELECT * FROM user_task_runs WHERE user_group = ? AND status = ?
AND user_task_def = coalesce(?, user_task_def)
AND (scheduled_us, run, user_task_guid) >= (?, ?, ?) AND scheduled_us <= ?
ORDER BY scheduled_us, run, user_task_guid LIMIT ?;

-- name: search_user_task_runs_by_definition
-- User tasks of (definition, status).
SELECT * FROM user_task_runs WHERE user_task_def = ? AND status = ?
AND (scheduled_us, run, user_task_guid) >= (?, ?, ?) AND scheduled_us <= ?
ORDER BY scheduled_us, run, user_task_guid LIMIT ?;

-- name: search_user_task_runs_by_status
-- User tasks of a status.
SELECT * FROM user_task_runs WHERE status = ?
AND (scheduled_us, run, user_task_guid) >= (?, ?, ?) AND scheduled_us <= ?
ORDER BY scheduled_us, run, user_task_guid LIMIT ?;

-- name: search_scheduled_wf_runs_by_wf_spec
-- Schedules of a WfSpec, perhaps of (major version, revision).
SELECT * FROM scheduled_wf_runs WHERE wf_spec_name = ?
AND major_version = coalesce(?, major_version) AND revision = coalesce(?, revision)
AND (created_us, id) >= (?, ?) AND created_us <= ?
ORDER BY created_us, id LIMIT ?;

-- name: search_workflow_events_by_definition
-- Workflow events of a definition.
SELECT * FROM workflow_events WHERE workflow_event_def = ?
AND (thrown_us, run, workflow_event_def, number) >= (?, ?, ?, ?) AND thrown_us <= ?
ORDER BY thrown_us, run, workflow_event_def, number LIMIT ?;
