"""How runs and streams are named in text.

Knows the text forms only. LittleHorse's names hold no `_`, so joining the ids
of parents and children with it is unambiguous.
"""

from hitchpost.v1 import object_id_pb2 as ids

RUN_STREAM = "run/"
TASK_DEF_STREAM = "task-def/"
EXTERNAL_EVENT_DEF_STREAM = "external-event-def/"
WORKFLOW_EVENT_DEF_STREAM = "workflow-event-def/"
WF_SPEC_STREAM = "wf-spec/"
USER_TASK_DEF_STREAM = "user-task-def/"
AUDIT_STREAM = "audit"


def run_key(run_id: ids.WfRunId) -> str:
    """Name a run: the ids of its ancestors and its own, joined by `_`."""
    if not run_id.HasField("parent_wf_run_id"):
        return run_id.id
    parts: list[str] = []
    while True:
        parts.append(run_id.id)
        if not run_id.HasField("parent_wf_run_id"):
            return "_".join(reversed(parts))
        run_id = run_id.parent_wf_run_id


def run_id(key: str) -> ids.WfRunId:
    """Turn the name of a run back into its id."""
    result: ids.WfRunId | None = None
    for part in key.split("_"):
        result = ids.WfRunId(id=part, parent_wf_run_id=result)
    assert result is not None
    return result


def family_stream(key: str) -> str:
    """Name the stream of the run family that a run belongs to."""
    return RUN_STREAM + key.partition("_")[0]


def root_of(stream: str) -> str:
    """Name the root run of a family stream."""
    return stream.removeprefix(RUN_STREAM)


def wf_spec_name(wf_spec_id: ids.WfSpecId) -> str:
    """Write a version of a WfSpec for people: `name 1.2`."""
    return f"{wf_spec_id.name} {wf_spec_id.major_version}.{wf_spec_id.revision}"


def user_task_def_name(user_task_def_id: ids.UserTaskDefId) -> str:
    """Write a version of a UserTaskDef for people: `name 1`."""
    return f"{user_task_def_id.name} {user_task_def_id.version}"
