"""Snapshots: state to bytes and back, so that no replay is long.

Two states are equal when their snapshots are, which is how tests compare a
fold of the log with live state.
"""

from typing import Any

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.engine.correlation_waits import as_message, find_all, from_message
from hitchpost_server.engine.ids import run_key
from hitchpost_server.engine.state import (
    AuditState,
    ConsumerState,
    CorrelationState,
    DefinitionState,
    FamilyState,
    RouteState,
    RunState,
    ScheduleState,
    ThreadState,
    TopicState,
    Unclaimed,
)
from hitchpost_server.storage.v1 import storage_pb2 as storage


def family_to_bytes(state: FamilyState) -> bytes:
    """Write down a family; runs of which nothing is known are left out.

    The others come by name, not in the order in which somebody first asked for them.
    """
    known = (run for _, run in sorted(state.runs.items()) if run.wf_run or run.unclaimed)
    snapshot = storage.FamilySnapshot(
        incarnation=state.incarnation,
        runs=[run_snapshot(run) for run in known],
        archived=state.archived,
    )
    return snapshot.SerializeToString(deterministic=True)


def run_snapshot(run: RunState) -> storage.RunSnapshot:
    """Write down a run."""
    return storage.RunSnapshot(
        wf_run_id=run.run_id,
        wf_run=run.wf_run,
        wf_spec_sequence=run.wf_spec_sequence,
        threads=[_thread_snapshot(thread) for thread in run.threads.values()],
        tasks=run.tasks.values(),
        unclaimed=[
            storage.UnclaimedSnapshot(
                external_event=one.event,
                requires_reference=one.requires_reference,
                received_sequence=one.received_sequence,
            )
            for one in run.unclaimed.values()
        ],
        timers=[
            storage.TimerSnapshot(timer=number, set=timer) for number, timer in run.timers.items()
        ],
        thrown=run.thrown,
        user_tasks=run.user_tasks.values(),
        interrupts=[
            storage.InterruptSnapshot(external_event_def=name, guid=guid, content=content)
            for (name, guid), content in run.interrupts.items()
        ],
        incarnation=run.incarnation,
        waiting=run.waiting,
        all_unclaimed=run.all_unclaimed,
    )


def _thread_snapshot(thread: ThreadState) -> storage.ThreadSnapshot:
    return storage.ThreadSnapshot(
        thread_run_number=thread.number,
        node_run=thread.node_run,
        variables=thread.variables.values(),
        outputs=[
            storage.NodeOutput(node_name=name, value=value)
            for name, value in sorted(thread.outputs.items())
        ],
        failure=thread.failure,
    )


def family_from_bytes(stream: str, sequence: int, body: bytes) -> FamilyState:
    """Read a family back."""
    snapshot = storage.FamilySnapshot.FromString(body)
    state = FamilyState(stream, sequence, snapshot.incarnation, archived=snapshot.archived)
    for one in snapshot.runs:
        run = run_state(one)
        state.runs[run.key] = run
    find_all(state)
    return state


def run_state(snapshot: storage.RunSnapshot) -> RunState:
    """Read a run back."""
    run = RunState(
        run_key(snapshot.wf_run_id),
        wf_spec_sequence=snapshot.wf_spec_sequence,
        incarnation=snapshot.incarnation,
        waiting=list(snapshot.waiting),
        all_unclaimed=snapshot.all_unclaimed,
    )
    if snapshot.HasField("wf_run"):
        run.wf_run = wf_runs.WfRun()
        run.wf_run.CopyFrom(snapshot.wf_run)
        run.wf_spec_name = run.wf_run.wf_spec_id.name
        run.execution = run.wf_run.execution
        run.threads = _thread_states(run.wf_run, snapshot)
    run.tasks = {task.id.task_guid: task for task in snapshot.tasks}
    run.user_tasks = {one.id.user_task_guid: one for one in snapshot.user_tasks}
    for one in snapshot.unclaimed:
        at = (one.external_event.id.external_event_def_id.name, one.external_event.id.guid)
        run.unclaimed[at] = Unclaimed(
            one.external_event, one.requires_reference, one.received_sequence
        )
    run.timers = {one.timer: one.set for one in snapshot.timers}
    run.thrown = dict(snapshot.thrown)
    run.interrupts = {
        (one.external_event_def, one.guid): one.content for one in snapshot.interrupts
    }
    return run


def _thread_states(wf_run: wf_runs.WfRun, snapshot: storage.RunSnapshot) -> dict[int, ThreadState]:
    thread_runs = {one.number: one for one in wf_run.thread_runs}
    return {
        one.thread_run_number: ThreadState(
            one.thread_run_number,
            thread_runs[one.thread_run_number],
            thread_runs[one.thread_run_number].current_node_position,
            one.node_run,
            {variable.id.name: variable for variable in one.variables},
            {output.node_name: output.value for output in one.outputs},
            one.failure if one.HasField("failure") else None,
        )
        for one in snapshot.threads
    }


# The member of DefinitionSnapshot that holds a definition, and the field within it.
_BODIES: dict[type[Any], tuple[Any, str]] = {
    tasks.TaskDef: ("task_def_put", "task_def"),
    events.ExternalEventDef: ("external_event_def_put", "external_event_def"),
    workflow_events.WorkflowEventDef: ("workflow_event_def_put", "workflow_event_def"),
}


def definition_to_bytes(state: DefinitionState) -> bytes:
    """Write down a definition."""
    snapshot = storage.DefinitionSnapshot(
        versions=[
            storage.WfSpecVersion(major_version=major, revision=revision, sequence=sequence)
            for (major, revision), sequence in sorted(state.versions.items())
        ],
        user_task_defs=[one for _, one in sorted(state.user_task_defs.items())],
        struct_defs=[one for _, one in sorted(state.struct_defs.items())],
    )
    if state.body is not None:
        member, field = _BODIES[type(state.body)]
        getattr(getattr(snapshot, member), field).CopyFrom(state.body)
    return snapshot.SerializeToString(deterministic=True)


def definition_from_bytes(stream: str, sequence: int, body: bytes) -> DefinitionState:
    """Read a definition back."""
    snapshot = storage.DefinitionSnapshot.FromString(body)
    state = DefinitionState(stream, sequence)
    for member, field in _BODIES.values():
        if snapshot.HasField(member):
            state.body = getattr(getattr(snapshot, member), field)
    state.versions = {(one.major_version, one.revision): one.sequence for one in snapshot.versions}
    state.user_task_defs = {one.version: one for one in snapshot.user_task_defs}
    state.struct_defs = {one.id.version: one for one in snapshot.struct_defs}
    return state


def schedule_to_bytes(state: ScheduleState) -> bytes:
    """Write down a schedule."""
    snapshot = storage.ScheduleSnapshot(
        schedule_put=state.put,
        timers=[
            storage.TimerSnapshot(timer=number, set=timer) for number, timer in state.timers.items()
        ],
    )
    return snapshot.SerializeToString(deterministic=True)


def schedule_from_bytes(stream: str, sequence: int, body: bytes) -> ScheduleState:
    """Read a schedule back."""
    snapshot = storage.ScheduleSnapshot.FromString(body)
    put = snapshot.schedule_put if snapshot.HasField("schedule_put") else None
    timers = {one.timer: one.set for one in snapshot.timers}
    return ScheduleState(stream, sequence, put, timers)


def correlation_to_bytes(state: CorrelationState) -> bytes:
    """Write down a correlation key."""
    snapshot = storage.CorrelationSnapshot(
        put=state.put,
        ttl_timer=state.ttl_timer,
        marks=[
            storage.MarkSnapshot(waiting=as_message(wait), status=status)
            for wait, status in state.marks.items()
        ],
    )
    return snapshot.SerializeToString(deterministic=True)


def correlation_from_bytes(stream: str, sequence: int, body: bytes) -> CorrelationState:
    """Read a correlation key back."""
    snapshot = storage.CorrelationSnapshot.FromString(body)
    return CorrelationState(
        stream,
        sequence,
        snapshot.put if snapshot.HasField("put") else None,
        snapshot.ttl_timer,
        {from_message(mark.waiting): mark.status for mark in snapshot.marks},
    )


def topic_to_bytes(_state: TopicState) -> bytes:
    """Write down a topic, of which nothing is live but its sequence."""
    return b""


def topic_from_bytes(stream: str, sequence: int, _body: bytes) -> TopicState:
    """Read a topic back."""
    return TopicState(stream, sequence)


def route_to_bytes(state: RouteState) -> bytes:
    """Write down a route."""
    snapshot = storage.RouteSnapshot(
        route_put=state.put, born=state.born, dead_letters=sorted(state.dead_letters)
    )
    return snapshot.SerializeToString(deterministic=True)


def route_from_bytes(stream: str, sequence: int, body: bytes) -> RouteState:
    """Read a route back."""
    snapshot = storage.RouteSnapshot.FromString(body)
    put = snapshot.route_put if snapshot.HasField("route_put") else None
    return RouteState(stream, sequence, put, snapshot.born, set(snapshot.dead_letters))


def consumer_to_bytes(_state: ConsumerState) -> bytes:
    """Write down a consumer, of which nothing is live."""
    return b""


def consumer_from_bytes(stream: str, sequence: int, _body: bytes) -> ConsumerState:
    """Read a consumer back."""
    return ConsumerState(stream, sequence)


def audit_to_bytes(state: AuditState) -> bytes:
    """Write down the audit stream's counts."""
    snapshot = storage.AuditSnapshot(
        windows=[
            storage.AuditWindow(
                external_event_def=name, wf_run=run, opened_us=opened_us, entries=entries
            )
            for (name, run), (opened_us, entries) in state.windows.items()
        ],
        marks=[storage.AuditMark(time_us=at, sequence=sequence) for at, sequence in state.marks],
    )
    return snapshot.SerializeToString(deterministic=True)


def audit_from_bytes(stream: str, sequence: int, body: bytes) -> AuditState:
    """Read the audit stream's counts back."""
    snapshot = storage.AuditSnapshot.FromString(body)
    return AuditState(
        stream,
        sequence,
        {
            (one.external_event_def, one.wf_run): (one.opened_us, one.entries)
            for one in snapshot.windows
        },
        [(mark.time_us, mark.sequence) for mark in snapshot.marks],
    )
