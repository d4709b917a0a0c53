"""How runs and streams are named in text.

Knows the text forms only. LittleHorse's names hold no `_`, so joining the ids
of parents and children with it is unambiguous.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import wf_run_pb2 as wf_runs

RUN_STREAM = "run/"
TASK_DEF_STREAM = "task-def/"
EXTERNAL_EVENT_DEF_STREAM = "external-event-def/"
WORKFLOW_EVENT_DEF_STREAM = "workflow-event-def/"
WF_SPEC_STREAM = "wf-spec/"
USER_TASK_DEF_STREAM = "user-task-def/"
STRUCT_DEF_STREAM = "struct-def/"
SCHEDULE_STREAM = "schedule/"
CORRELATION_STREAM = "correlation/"
TOPIC_STREAM = "topic/"
ROUTE_STREAM = "route/"
CONSUMER_STREAM = "consumer/"
AUDIT_STREAM = "audit"

# How much longer than a schedule's id the ids of its runs are.
TICK_CHARACTERS = len("-20270131T2359Z")


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
    if "_" not in key:
        return ids.WfRunId(id=key)
    result: ids.WfRunId | None = None
    for part in key.split("_"):
        result = ids.WfRunId(id=part, parent_wf_run_id=result)
    assert result is not None
    return result


def keys_above(key: str) -> Iterator[str]:
    """Name the runs above a run, the nearest first."""
    while key := key.rpartition("_")[0]:
        yield key


def family_stream(key: str) -> str:
    """Name the stream of the run family that a run belongs to."""
    return RUN_STREAM + key.partition("_")[0]


def requested_run_id(request: wf_runs.RunWfRequest) -> ids.WfRunId:
    """Say which run a request with an id is about."""
    parent = request.parent_wf_run_id if request.HasField("parent_wf_run_id") else None
    return ids.WfRunId(id=request.id, parent_wf_run_id=parent)


def execution_of(guid: str) -> int:
    """Tell in which execution of its run a generated guid was given out: `3.0-2` in the third."""
    number, dot, _ = guid.partition(".")
    return int(number) if dot and number.isdecimal() else 1


def scheduled_run_name(schedule: str, tick_us: int) -> str:
    """Name the run of one tick of a schedule: ticks are whole minutes, no two are the same."""
    minute = datetime.fromtimestamp(tick_us // 1_000_000, UTC)
    return f"{schedule}-{minute:%Y%m%dT%H%MZ}"


def root_of(stream: str) -> str:
    """Name the root run of a family stream."""
    return stream.removeprefix(RUN_STREAM)


def correlation_stream(external_event_def: str, key: str) -> str:
    """Name the stream of a correlation key.

    Names hold no `/`, so whatever the key is, its stream is unambiguous.
    """
    return f"{CORRELATION_STREAM}{external_event_def}/{key}"


def wf_spec_name(wf_spec_id: ids.WfSpecId) -> str:
    """Write a version of a WfSpec for people: `name 1.2`."""
    return f"{wf_spec_id.name} {wf_spec_id.major_version}.{wf_spec_id.revision}"


def struct_def_name(struct_def_id: ids.StructDefId) -> str:
    """Write a version of a StructDef for people: `name 1`."""
    return f"{struct_def_id.name} {struct_def_id.version}"


def user_task_def_name(user_task_def_id: ids.UserTaskDefId) -> str:
    """Write a version of a UserTaskDef for people: `name 1`."""
    return f"{user_task_def_id.name} {user_task_def_id.version}"
