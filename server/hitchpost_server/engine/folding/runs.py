"""Runs: how they begin, stand still and end."""

from collections.abc import Sequence

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import correlation_waits
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.folding import child_waits
from hitchpost_server.engine.folding.moment import Applier, Moment
from hitchpost_server.engine.folding.timers import NODE_TIMERS, remove_timers
from hitchpost_server.engine.state import FamilyState, RunState, ThreadState
from hitchpost_server.engine.tables import Touched


def _nothing(
    _state: FamilyState, _run: RunState, _body: object, _moment: Moment, _rows: Touched
) -> None:
    pass


def _run_started(
    state: FamilyState, run: RunState, body: history.RunStarted, moment: Moment, rows: Touched
) -> None:
    wf_run = new_wf_run(body)
    execution = run.execution = wf_run.execution
    _begin(run, wf_run, body.wf_spec_sequence, body.incarnation, moment, rows)
    if execution > 1:
        rows.execution_began(run.key, execution, state.sequence)


def start_run(
    like: wf_runs.WfRun,
    wf_spec_sequence: int,
    incarnation: int,
    _state: FamilyState,
    run: RunState,
    moment: Moment,
    rows: Touched,
) -> None:
    """Let a run begin its first execution; the WfRun is like those of others."""
    _begin(run, copy_of(like), wf_spec_sequence, incarnation, moment, rows)


def new_wf_run(body: history.RunStarted) -> wf_runs.WfRun:
    """Make a WfRun, but for what sets it apart from others."""
    wf_run = wf_runs.WfRun()
    wf_run.wf_spec_id.CopyFrom(body.wf_spec_id)
    wf_run.status = status.RUNNING
    wf_run.execution = body.execution if body.HasField("execution") else 1
    if body.HasField("parent_trigger"):
        wf_run.parent_trigger.CopyFrom(body.parent_trigger)
    return wf_run


def _begin(
    run: RunState,
    wf_run: wf_runs.WfRun,
    wf_spec_sequence: int,
    incarnation: int,
    moment: Moment,
    rows: Touched,
) -> None:
    run.wf_run = wf_run
    wf_run.id.CopyFrom(run.run_id)
    wf_run.start_time.CopyFrom(moment.timestamp)
    if run.waiting or wf_run.HasField("parent_trigger"):
        child_waits.show(run)
    run.wf_spec_name = wf_run.wf_spec_id.name
    run.wf_spec_sequence = wf_spec_sequence
    # Said and not counted, as in _run_deleted.
    run.incarnation = incarnation
    rows.run(run.key, wf_run)


def _run_continued_as_new(
    state: FamilyState,
    run: RunState,
    _body: history.RunContinuedAsNew,
    _moment: Moment,
    rows: Touched,
) -> None:
    """End all of an execution; what nobody has claimed stays, with its retention."""
    run.threads.clear()
    run.tasks.clear()
    run.user_tasks.clear()
    run.interrupts.clear()
    remove_timers(state, run, rows, lambda timer: timer.kind != history.EVENT_RETENTION)
    correlation_waits.end_all(state, run.key)
    child_waits.end_all(state, run, rows)
    rows.execution_ended(run.key)


def _run_completed(
    state: FamilyState, run: RunState, body: history.RunCompleted, moment: Moment, rows: Touched
) -> None:
    complete_run(body.kept_variables, state, run, moment, rows)


def complete_run(
    kept_variables: Sequence[str], state: FamilyState, run: RunState, moment: Moment, rows: Touched
) -> None:
    """Let a run come to its end as it should."""
    assert run.wf_run is not None
    for pending in run.wf_run.pending_interrupts, run.wf_run.pending_failures:
        if pending:  # of threads that were halted for good
            del pending[:]
    _end_run(run, status.COMPLETED, moment, rows)
    _leave_all_nodes(state, run, rows)
    first = run.threads[0]
    run.threads.clear()
    if state.waits:
        correlation_waits.end_all(state, run.key)
    if kept_variables:
        kept = {name: first.variables[name] for name in kept_variables}
        run.threads[0] = ThreadState(0, first.thread_run, first.position, first.node_run, kept)
    run.interrupts.clear()


def _leave_all_nodes(state: FamilyState, run: RunState, rows: Touched) -> None:
    """Forget what the nodes of halted threads waited for; nobody can move them any more.

    Reminders stay: no node waits for them, so they come to their own end.
    """
    run.user_tasks.clear()
    if run.tasks:
        run.tasks = {
            guid: task_run
            for guid, task_run in run.tasks.items()
            if task_run.source.HasField("user_task_trigger")
        }
    if run.timers:
        remove_timers(
            state,
            run,
            rows,
            lambda timer: timer.kind in NODE_TIMERS and timer.task_guid not in run.tasks,
        )


def _run_faulted(
    _state: FamilyState, run: RunState, body: history.RunFaulted, moment: Moment, rows: Touched
) -> None:
    _end_run(run, body.status, moment, rows)


def _run_halted(
    _state: FamilyState, run: RunState, _body: history.RunHalted, _moment: Moment, rows: Touched
) -> None:
    _set_status(run, status.HALTED, rows)


def _run_resumed(
    _state: FamilyState, run: RunState, _body: history.RunResumed, _moment: Moment, rows: Touched
) -> None:
    _set_status(run, status.RUNNING, rows)


def _set_status(run: RunState, now: status.LHStatus, rows: Touched) -> None:
    assert run.wf_run is not None
    run.wf_run.status = now
    rows.run(run.key, run.wf_run)


def _end_run(run: RunState, end: status.LHStatus, moment: Moment, rows: Touched) -> None:
    assert run.wf_run is not None
    run.wf_run.end_time.CopyFrom(moment.timestamp)
    _set_status(run, end, rows)


def _run_deleted(
    state: FamilyState, run: RunState, body: history.RunDeleted, _moment: Moment, rows: Touched
) -> None:
    for timer in run.timers:
        rows.timer_gone(state.stream, timer)
    # This event itself stays: it tells later readers why the rest is empty.
    state.runs.pop(run.key, None)
    correlation_waits.end_all(state, run.key)
    child_waits.end_all(state, run, rows)
    others = state.archived or any(
        other.wf_run is not None or other.unclaimed for other in state.runs.values()
    )
    rows.erase(state.stream, run.key, state.sequence - 1, family_goes_on=bool(others))
    # Said and not counted: the events of earlier deletions are erased by later ones.
    state.incarnation = body.incarnation


APPLIERS: dict[str, Applier] = {
    "transition_started": _nothing,
    "transition_completed": _nothing,
    "run_started": _run_started,
    "run_continued_as_new": _run_continued_as_new,
    "run_completed": _run_completed,
    "run_faulted": _run_faulted,
    "run_deleted": _run_deleted,
    "run_halted": _run_halted,
    "run_resumed": _run_resumed,
}
