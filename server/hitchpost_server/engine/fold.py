"""The fold: how each kind of event changes the state of a run family.

`apply` has no opinions: it believes what the event says. Whatever needs a rule
is decided before (`decide.py`) and written into the event. What an event does
to the derived tables is noted in passing.
"""

from collections.abc import Callable
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.ids import root_of, run_key
from hitchpost_server.engine.state import FamilyState, RunState, ThreadState, Unclaimed
from hitchpost_server.engine.tables import Touched
from hitchpost_server.engine.times import microseconds, timestamp
from hitchpost_server.storage.v1 import storage_pb2 as storage

# Counts the changes of this fold that change what a state looks like after the
# same events. Snapshots of another version are thrown away.
FOLD_VERSION = 1


class Moment:
    """When a command was decided; the Timestamp is made once and only if needed."""

    __slots__ = ("_timestamp", "us")

    def __init__(self, us: int) -> None:
        self.us = us
        self._timestamp: Any = None

    @property
    def timestamp(self) -> Any:
        """The moment as a Timestamp; not to be changed."""
        if self._timestamp is None:
            self._timestamp = timestamp(self.us)
        return self._timestamp


def apply_record(state: FamilyState, record: storage.LogRecord, rows: Touched) -> None:
    """Apply all events of one command."""
    moment = Moment(record.time_us)
    for event in record.events:
        kind = event.WhichOneof("event")
        if kind is None:  # erased
            state.sequence += 1
            continue
        key = run_key(event.wf_run_id) if event.HasField("wf_run_id") else root_of(state.stream)
        apply(state, state.run(key), kind, getattr(event, kind), moment, rows)


def apply(
    state: FamilyState, run: RunState, kind: str, body: Any, moment: Moment, rows: Touched
) -> None:
    """Apply one event; `kind` names its member of the oneof, `body` is that member."""
    state.sequence += 1
    APPLIERS[kind](state, run, body, moment, rows)


def _nothing(
    _state: FamilyState, _run: RunState, _body: object, _moment: Moment, _rows: Touched
) -> None:
    pass


def _run_started(
    _state: FamilyState, run: RunState, body: history.RunStarted, moment: Moment, rows: Touched
) -> None:
    run.wf_run = wf_runs.WfRun(
        id=run.run_id,
        wf_spec_id=body.wf_spec_id,
        status=status.RUNNING,
        start_time=moment.timestamp,
        execution=1,
    )
    run.wf_spec_sequence = body.wf_spec_sequence
    rows.run(run.key, run.wf_run)


def _run_completed(
    _state: FamilyState, run: RunState, _body: history.RunCompleted, moment: Moment, rows: Touched
) -> None:
    _end_run(run, status.COMPLETED, moment, rows)


def _run_faulted(
    _state: FamilyState, run: RunState, body: history.RunFaulted, moment: Moment, rows: Touched
) -> None:
    _end_run(run, body.status, moment, rows)


def _end_run(run: RunState, end: status.LHStatus, moment: Moment, rows: Touched) -> None:
    assert run.wf_run is not None
    run.wf_run.status = end
    run.wf_run.end_time.CopyFrom(moment.timestamp)
    rows.run(run.key, run.wf_run)


def _run_deleted(
    state: FamilyState, run: RunState, body: history.RunDeleted, _moment: Moment, rows: Touched
) -> None:
    for timer in run.timers:
        rows.timer_gone(state.stream, timer)
    # This event itself stays: it tells later readers why the rest is empty.
    state.runs.pop(run.key, None)
    others = any(other.wf_run is not None or other.unclaimed for other in state.runs.values())
    rows.erase(state.stream, run.key, state.sequence - 1, family_goes_on=others)
    # Said and not counted: the events of earlier deletions are erased by later ones.
    state.incarnation = body.incarnation


def _thread_started(
    _state: FamilyState, run: RunState, body: history.ThreadStarted, moment: Moment, rows: Touched
) -> None:
    wf_run, number = run.wf_run, body.thread_run_number
    assert wf_run is not None
    thread_run = wf_run.thread_runs.add(
        wf_spec_id=wf_run.wf_spec_id,
        number=number,
        status=status.RUNNING,
        thread_spec_name=body.thread_spec_name,
        start_time=moment.timestamp,
        type=body.type,
        current_node_position=-1,
    )
    wf_run.greatest_threadrun_number = number
    thread = ThreadState(number, thread_run, node_run=node_runs.NodeRun(), variables={})
    run.threads[number] = thread
    for first in body.variables:
        variable = _variable(run, thread, first, moment)
        thread.variables[first.var_name] = variable
        rows.variable(run.key, variable)
    rows.run(run.key, wf_run)


def _variable(
    run: RunState, thread: ThreadState, first: values.VarNameAndVal, moment: Moment
) -> values.Variable:
    assert run.wf_run is not None
    return values.Variable(
        id=ids.VariableId(
            wf_run_id=run.run_id, thread_run_number=thread.number, name=first.var_name
        ),
        value=first.value,
        created_at=moment.timestamp,
        wf_spec_id=run.wf_run.wf_spec_id,
        masked=first.masked,
    )


def _thread_ended(
    _state: FamilyState, run: RunState, body: history.ThreadEnded, moment: Moment, rows: Touched
) -> None:
    assert run.wf_run is not None
    thread_run = run.threads.pop(body.thread_run_number).thread_run
    thread_run.status = body.status
    thread_run.end_time.CopyFrom(moment.timestamp)
    if body.HasField("error_message"):
        thread_run.error_message = body.error_message
    if body.HasField("output"):
        thread_run.output.CopyFrom(body.output)
    rows.run(run.key, run.wf_run)


def _node_entered(
    _state: FamilyState, run: RunState, body: history.NodeEntered, moment: Moment, rows: Touched
) -> None:
    assert run.wf_run is not None
    thread = run.threads[body.thread_run_number]
    thread.thread_run.current_node_position += 1
    node_run = node_runs.NodeRun(
        id=ids.NodeRunId(
            wf_run_id=run.run_id,
            thread_run_number=thread.number,
            position=thread.thread_run.current_node_position,
        ),
        wf_spec_id=run.wf_run.wf_spec_id,
        status=status.RUNNING,
        arrival_time=moment.timestamp,
        thread_spec_name=thread.thread_run.thread_spec_name,
        node_name=body.node_name,
    )
    kind = body.WhichOneof("node_type")
    if kind is not None:
        getattr(node_run, kind).CopyFrom(getattr(body, kind))
        getattr(node_run, kind).SetInParent()
    thread.node_run = node_run
    rows.node_run(run.key, node_run)
    rows.run(run.key, run.wf_run)


def _node_exited(
    state: FamilyState, run: RunState, body: history.NodeExited, moment: Moment, rows: Touched
) -> None:
    thread = run.threads[body.thread_run_number]
    thread.node_run.status = status.COMPLETED
    thread.node_run.end_time.CopyFrom(moment.timestamp)
    if body.HasField("output"):
        output = thread.outputs[thread.node_run.node_name] = values.VariableValue()
        output.CopyFrom(body.output)
    _leave_node(state, run, thread, rows)
    rows.node_run(run.key, thread.node_run)


def _node_failed(
    state: FamilyState, run: RunState, body: history.NodeFailed, _moment: Moment, rows: Touched
) -> None:
    thread, failure = run.threads[body.thread_run_number], body.failure
    thread.node_run.failures.append(failure)
    thread.node_run.status = failure_status(failure.failure_name)
    if body.while_waiting:
        thread.node_run.error_message = failure.message
    _leave_node(state, run, thread, rows)
    rows.node_run(run.key, thread.node_run)


ERROR_NAMES = frozenset(status.LHErrorType.DESCRIPTOR.values_by_name)


def failure_status(failure_name: str) -> status.LHStatus:
    """ERROR for the names of technical failures, EXCEPTION for all others."""
    return status.ERROR if failure_name in ERROR_NAMES else status.EXCEPTION


def _leave_node(state: FamilyState, run: RunState, thread: ThreadState, rows: Touched) -> None:
    """Forget what only the node that the thread leaves was waiting for."""
    node_run = thread.node_run
    if node_run.task.task_run_id.task_guid:
        run.tasks.pop(node_run.task.task_run_id.task_guid, None)
    if run.timers:
        _remove_timers(
            state,
            run,
            rows,
            lambda timer: (
                timer.kind in NODE_TIMERS
                and timer.thread_run_number == thread.number
                and timer.node_run_position == thread.position
            ),
        )


NODE_TIMERS = frozenset(
    {history.NODE_TIMEOUT, history.SLEEP_END, history.TASK_DEADLINE, history.TASK_BACKOFF}
)


def _remove_timers(
    state: FamilyState, run: RunState, rows: Touched, gone: Callable[[history.TimerSet], bool]
) -> None:
    for number in [number for number, timer in run.timers.items() if gone(timer)]:
        del run.timers[number]
        rows.timer_gone(state.stream, number)


def _edge_taken(
    _state: FamilyState, run: RunState, body: history.EdgeTaken, _moment: Moment, rows: Touched
) -> None:
    for change in body.changes:
        variables = run.threads[change.thread_run_number].variables
        old = variables[change.name]
        # A new message, not a new value in the old one: what a message once
        # held is freed with the message only.
        variables[change.name] = values.Variable(
            id=old.id,
            value=change.value,
            created_at=old.created_at,
            wf_spec_id=old.wf_spec_id,
            masked=old.masked,
        )
        rows.variable(run.key, variables[change.name])


def _task_scheduled(
    _state: FamilyState, run: RunState, body: history.TaskScheduled, moment: Moment, rows: Touched
) -> None:
    if body.HasField("task_run"):
        task_run = run.tasks[body.task_guid] = tasks.TaskRun()
        task_run.CopyFrom(body.task_run)
        node = task_run.source.task_node.node_run_id
        thread = run.threads[node.thread_run_number]
        thread.node_run.task.task_run_id.CopyFrom(task_run.id)
        rows.node_run(run.key, thread.node_run)
    task_run = run.tasks[body.task_guid]
    attempt = task_run.attempts.add(
        status=tasks.TASK_PENDING if body.pending else tasks.TASK_SCHEDULED
    )
    task_run.status = attempt.status
    if not body.pending:
        attempt.schedule_time.CopyFrom(moment.timestamp)
        rows.queued(run.key, task_run, moment.us)
    rows.task_run(run.key, task_run)


def _task_started(
    _state: FamilyState, run: RunState, body: history.TaskStarted, moment: Moment, rows: Touched
) -> None:
    task_run = run.tasks[body.task_guid]
    attempt = task_run.attempts[-1]
    attempt.status = task_run.status = tasks.TASK_RUNNING
    attempt.start_time.CopyFrom(moment.timestamp)
    attempt.task_worker_id = body.task_worker_id
    if body.HasField("task_worker_version"):
        attempt.task_worker_version = body.task_worker_version
    rows.unqueued(run.key, body.task_guid)
    rows.task_run(run.key, task_run)


def _task_attempt_ended(
    state: FamilyState,
    run: RunState,
    body: history.TaskAttemptEnded,
    _moment: Moment,
    rows: Touched,
) -> None:
    task_run = run.tasks[body.task_guid]
    attempt = task_run.attempts[-1]
    attempt.status = task_run.status = body.status
    attempt.end_time.CopyFrom(body.end_time)
    attempt.masked_value = body.masked
    if body.HasField("log_output"):
        attempt.log_output.CopyFrom(body.log_output)
    result = body.WhichOneof("result")
    if result is not None:
        getattr(attempt, result).CopyFrom(getattr(body, result))
        getattr(attempt, result).SetInParent()
    _remove_timers(
        state,
        run,
        rows,
        lambda timer: timer.kind == history.TASK_DEADLINE and timer.task_guid == body.task_guid,
    )
    rows.task_run(run.key, task_run)


def _external_event_received(
    _state: FamilyState,
    run: RunState,
    body: history.ExternalEventReceived,
    _moment: Moment,
    rows: Touched,
) -> None:
    event = body.external_event
    at = (event.id.external_event_def_id.name, event.id.guid)
    unclaimed = Unclaimed(type(event)(), body.requires_reference)
    unclaimed.event.CopyFrom(event)
    run.unclaimed[at] = unclaimed
    rows.external_event(run.key, unclaimed.event)


def _external_event_claimed(
    state: FamilyState,
    run: RunState,
    body: history.ExternalEventClaimed,
    _moment: Moment,
    rows: Touched,
) -> None:
    event = _take_unclaimed(state, run, body.external_event_id, rows)
    event.claimed = True
    event.thread_run_number = body.thread_run_number
    event.node_run_position = body.node_run_position
    rows.external_event(run.key, event)
    node_run = run.threads[body.thread_run_number].node_run
    node_run.external_event.external_event_id.CopyFrom(event.id)
    node_run.external_event.event_time.CopyFrom(event.created_at)
    rows.node_run(run.key, node_run)


def _external_event_gone(
    state: FamilyState,
    run: RunState,
    body: history.ExternalEventExpired | history.ExternalEventDropped,
    _moment: Moment,
    rows: Touched,
) -> None:
    event = _take_unclaimed(state, run, body.external_event_id, rows)
    rows.external_event_gone(run.key, event)


def _take_unclaimed(
    state: FamilyState, run: RunState, event_id: ids.ExternalEventId, rows: Touched
) -> Any:
    event = run.unclaimed.pop((event_id.external_event_def_id.name, event_id.guid)).event
    if run.timers:
        _remove_timers(state, run, rows, lambda timer: timer.external_event_id == event_id)
    return event


def _timer_set(
    state: FamilyState, run: RunState, body: history.TimerSet, _moment: Moment, rows: Touched
) -> None:
    timer = history.TimerSet()
    timer.CopyFrom(body)
    run.timers[state.sequence] = timer
    rows.timer(state.stream, state.sequence, microseconds(body.due), run.key)
    if body.kind == history.SLEEP_END:
        node_run = run.threads[body.thread_run_number].node_run
        node_run.sleep.maturation_time.CopyFrom(body.due)
        rows.node_run(run.key, node_run)


def _timer_fired(
    state: FamilyState, run: RunState, body: history.TimerFired, moment: Moment, rows: Touched
) -> None:
    timer = run.timers.pop(body.timer)
    rows.timer_gone(state.stream, body.timer)
    if timer.kind in (history.SLEEP_END, history.NODE_TIMEOUT):
        node_run = run.threads[timer.thread_run_number].node_run
        if timer.kind == history.SLEEP_END:
            node_run.sleep.matured = True
        else:
            node_run.external_event.timed_out = True
        rows.node_run(run.key, node_run)
    elif timer.kind == history.TASK_BACKOFF:
        task_run = run.tasks[timer.task_guid]
        attempt = task_run.attempts[-1]
        attempt.status = task_run.status = tasks.TASK_SCHEDULED
        attempt.schedule_time.CopyFrom(moment.timestamp)
        rows.queued(run.key, task_run, moment.us)
        rows.task_run(run.key, task_run)


Applier = Callable[[FamilyState, RunState, Any, Moment, Touched], None]

APPLIERS: dict[str, Applier] = {
    "transition_started": _nothing,
    "transition_completed": _nothing,
    "run_started": _run_started,
    "run_completed": _run_completed,
    "run_faulted": _run_faulted,
    "run_deleted": _run_deleted,
    "thread_started": _thread_started,
    "thread_ended": _thread_ended,
    "node_entered": _node_entered,
    "node_exited": _node_exited,
    "node_failed": _node_failed,
    "edge_taken": _edge_taken,
    "task_scheduled": _task_scheduled,
    "task_started": _task_started,
    "task_attempt_ended": _task_attempt_ended,
    "external_event_received": _external_event_received,
    "external_event_claimed": _external_event_claimed,
    "external_event_expired": _external_event_gone,
    "external_event_dropped": _external_event_gone,
    "timer_set": _timer_set,
    "timer_fired": _timer_fired,
}
