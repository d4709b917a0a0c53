"""Threads: how they begin, stand still, go on, end and leave their run."""

from collections.abc import Callable, Sequence
from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import correlation_waits
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.folding.moment import Applier, Moment
from hitchpost_server.engine.folding.timers import remove_timers
from hitchpost_server.engine.state import FamilyState, RunState, ThreadState
from hitchpost_server.engine.tables import Touched

# Where a thread stands before it has come to its first node.
_NOWHERE = node_runs.NodeRun()


def _thread_started(
    _state: FamilyState, run: RunState, body: history.ThreadStarted, moment: Moment, rows: Touched
) -> None:
    assert run.wf_run is not None
    number = body.thread_run_number
    thread_run = run.wf_run.thread_runs.add()
    write_thread_run(thread_run, body, run.wf_run.wf_spec_id)
    if body.HasField("interrupt_trigger_id"):
        thread_run.interrupt_trigger_id.CopyFrom(body.interrupt_trigger_id)
    if body.HasField("failure_being_handled"):
        thread_run.failure_being_handled.CopyFrom(body.failure_being_handled)
    run.wf_run.greatest_threadrun_number = number
    _let_begin(run, number, thread_run, body.variables, moment, rows)
    if body.HasField("parent_thread_id"):
        thread_run.parent_thread_id = body.parent_thread_id
        parent = run.threads[body.parent_thread_id]
        parent.thread_run.child_thread_ids.append(number)
        _BEGUN[body.type](run, parent, body, rows)


def begin_first_thread(
    like: wf_runs.ThreadRun,
    variables: Sequence[values.VarNameAndVal],
    _state: FamilyState,
    run: RunState,
    moment: Moment,
    rows: Touched,
) -> None:
    """Let thread 0 begin; its ThreadRun is like those of other runs."""
    assert run.wf_run is not None
    thread_run = run.wf_run.thread_runs.add()
    thread_run.CopyFrom(like)
    _let_begin(run, 0, thread_run, variables, moment, rows)


def write_thread_run(
    thread_run: wf_runs.ThreadRun, body: history.ThreadStarted, wf_spec_id: ids.WfSpecId
) -> None:
    """Write what every new ThreadRun says, but for the time."""
    thread_run.wf_spec_id.CopyFrom(wf_spec_id)
    thread_run.number = body.thread_run_number
    thread_run.status = status.RUNNING
    thread_run.thread_spec_name = body.thread_spec_name
    thread_run.type = body.type
    thread_run.current_node_position = -1


def _let_begin(
    run: RunState,
    number: int,
    thread_run: wf_runs.ThreadRun,
    variables: Sequence[values.VarNameAndVal],
    moment: Moment,
    rows: Touched,
) -> None:
    assert run.wf_run is not None
    thread_run.start_time.CopyFrom(moment.timestamp)
    thread = run.threads[number] = ThreadState(number, thread_run, -1, _NOWHERE, variables={})
    for first in variables:
        name = first.var_name
        variable = thread.variables[name] = _variable(run, thread, first, moment)
        rows.variable(run.key, number, name, variable)
    rows.run(run.key, run.wf_run)


def _child_begun(
    run: RunState, parent: ThreadState, body: history.ThreadStarted, rows: Touched
) -> None:
    node_run = parent.node_run
    if node_run.HasField("start_thread"):
        node_run.start_thread.child_thread_id = body.thread_run_number
    else:
        node_run.start_multiple_threads.child_thread_ids.append(body.thread_run_number)
    rows.node_run(run.key, parent)


def _interrupt_begun(
    run: RunState, parent: ThreadState, body: history.ThreadStarted, _rows: Touched
) -> None:
    assert run.wf_run is not None
    event = body.interrupt_trigger_id
    for reason in parent.thread_run.halt_reasons:
        if reason.pending_interrupt.external_event_id == event:
            reason.interrupted.interrupt_thread_id = body.thread_run_number
            break
    _drop(
        run.wf_run.pending_interrupts,
        lambda one: one.interrupted_thread_id == parent.number and one.external_event_id == event,
    )
    _forget_contents(run)


def _handler_begun(
    run: RunState, parent: ThreadState, body: history.ThreadStarted, rows: Touched
) -> None:
    assert run.wf_run is not None
    number = body.thread_run_number
    if not body.HasField("failure_being_handled"):
        return  # it belongs to a thread that waits for the parent
    parent.node_run.failure_handler_ids.append(number)
    failure = parent.node_run.failures[body.failure_being_handled.failure_number]
    failure.failure_handler_threadrun_id = number
    for reason in parent.thread_run.halt_reasons:
        if reason.HasField("pending_failure"):
            reason.handling_failure.handler_thread_id = number
    _drop(run.wf_run.pending_failures, lambda one: one.failed_thread_run == parent.number)
    rows.node_run(run.key, parent)


# What the start of a thread of each type is to its parent.
_BEGUN: dict[int, Callable[[RunState, ThreadState, history.ThreadStarted, Touched], None]] = {
    wf_runs.CHILD: _child_begun,
    wf_runs.INTERRUPT: _interrupt_begun,
    wf_runs.FAILURE_HANDLER: _handler_begun,
}


def _drop(entries: Any, gone: Callable[[Any], bool]) -> None:
    """Take entries out of a repeated field."""
    left = [entry for entry in entries if not gone(entry)] if entries else []
    if len(left) != len(entries):
        copies = [copy_of(entry) for entry in left]
        del entries[:]
        entries.extend(copies)


def _forget_contents(run: RunState) -> None:
    """Forget the contents of interrupts whose handlers have all started."""
    assert run.wf_run is not None
    if run.interrupts:
        pending = {_name_of(one.external_event_id) for one in run.wf_run.pending_interrupts}
        for name in run.interrupts.keys() - pending:
            del run.interrupts[name]


def _name_of(event: ids.ExternalEventId) -> tuple[str, str]:
    return event.external_event_def_id.name, event.guid


def _variable(
    run: RunState, thread: ThreadState, first: values.VarNameAndVal, moment: Moment
) -> values.Variable:
    assert run.wf_run is not None
    variable = values.Variable()
    variable_id = variable.id
    variable_id.wf_run_id.CopyFrom(run.run_id)
    variable_id.thread_run_number = thread.number
    variable_id.name = first.var_name
    value = variable.value
    value.CopyFrom(first.value)
    value.SetInParent()  # NULL is a value too
    variable.created_at.CopyFrom(moment.timestamp)
    variable.wf_spec_id.CopyFrom(run.wf_run.wf_spec_id)
    variable.masked = first.masked
    return variable


def _thread_ended(
    state: FamilyState, run: RunState, body: history.ThreadEnded, moment: Moment, rows: Touched
) -> None:
    thread = run.threads[body.thread_run_number]
    if body.HasField("error_message"):
        thread.thread_run.error_message = body.error_message
    if body.HasField("output"):
        thread.thread_run.output.CopyFrom(body.output)
    if body.HasField("failure"):
        thread.failure = copy_of(body.failure)
    end_thread(thread.number, body.status, state, run, moment, rows)


def end_thread(
    number: int,
    end: status.LHStatus,
    state: FamilyState,
    run: RunState,
    moment: Moment,
    rows: Touched,
) -> None:
    """Let a thread come to its end."""
    assert run.wf_run is not None
    thread = run.threads[number]
    thread_run = thread.thread_run
    thread_run.status = end
    if thread_run.halt_reasons:
        del thread_run.halt_reasons[:]
    thread_run.end_time.CopyFrom(moment.timestamp)
    _forget_pending(run, thread)
    correlation_waits.end(state, run, thread)
    rows.run(run.key, run.wf_run)


def _forget_pending(run: RunState, thread: ThreadState) -> None:
    """Give up the handlers that a thread at its end was to have."""
    assert run.wf_run is not None
    if not (run.wf_run.pending_failures or run.wf_run.pending_interrupts or run.interrupts):
        return
    number = thread.number
    _drop(run.wf_run.pending_failures, lambda one: one.failed_thread_run == number)
    _drop(run.wf_run.pending_interrupts, lambda one: one.interrupted_thread_id == number)
    _forget_contents(run)


def _thread_halted(
    state: FamilyState, run: RunState, body: history.ThreadHalted, _moment: Moment, rows: Touched
) -> None:
    thread = run.threads[body.thread_run_number]
    if body.HasField("reason"):
        thread.thread_run.halt_reasons.append(body.reason)
    if body.reason.HasField("halted_by_parent"):
        for one in run.with_all_below(thread):
            correlation_waits.end(state, run, one)
    _set_status(run, thread, body.status, rows)


def _thread_resumed(
    _state: FamilyState, run: RunState, body: history.ThreadResumed, _moment: Moment, rows: Touched
) -> None:
    thread = run.threads[body.thread_run_number]
    del thread.thread_run.halt_reasons[:]
    thread.thread_run.halt_reasons.extend(body.halt_reasons)
    _set_status(run, thread, body.status, rows)


_UNDER_WAY = frozenset({status.RUNNING, status.HALTING, status.HALTED})


def _set_status(run: RunState, thread: ThreadState, now: status.LHStatus, rows: Touched) -> None:
    """Change the status of a thread, and of the node where it stands unless that has ended."""
    assert run.wf_run is not None
    thread.thread_run.status = now
    rows.run(run.key, run.wf_run)
    if thread.node_run.status in _UNDER_WAY and thread.node_run.status != now:
        thread.node_run.status = now
        rows.node_run(run.key, thread)


def _failures_handled(
    _state: FamilyState,
    run: RunState,
    body: history.FailuresHandled,
    _moment: Moment,
    rows: Touched,
) -> None:
    assert run.wf_run is not None
    thread = run.threads[body.thread_run_number]
    known = thread.thread_run.handled_failed_children
    known.extend(number for number in body.children if number not in known)
    rows.run(run.key, run.wf_run)
    if body.own:
        thread.node_run.failures[-1].was_properly_handled = True
        rows.node_run(run.key, thread)


def _waiting_threads_changed(
    _state: FamilyState,
    run: RunState,
    body: history.WaitingThreadsChanged,
    _moment: Moment,
    rows: Touched,
) -> None:
    thread = run.threads[body.thread_run_number]
    # A new message: what a message once held is freed with the message only.
    node_run = node_runs.NodeRun()
    thread.node_run.ClearField("wait_for_threads")
    node_run.CopyFrom(thread.node_run)
    node_run.wait_for_threads.threads.extend(body.threads)
    node_run.wait_for_threads.SetInParent()
    thread.node_run = node_run
    rows.node_run(run.key, thread)


def _threads_archived(
    _state: FamilyState,
    run: RunState,
    body: history.ThreadsArchived,
    _moment: Moment,
    rows: Touched,
) -> None:
    assert run.wf_run is not None
    for number in body.thread_run_numbers:
        rows.inactive_thread(run.key, run.run_id, run.threads.pop(number).thread_run)
    # A new message, for the same reason; the threads that stay are found in it again.
    left = [thread.thread_run for thread in run.threads.values()]
    old, run.wf_run = run.wf_run, wf_runs.WfRun()
    copies = [copy_of(one) for one in left]
    del old.thread_runs[:]
    run.wf_run.CopyFrom(old)
    run.wf_run.thread_runs.extend(copies)
    for thread, thread_run in zip(run.threads.values(), run.wf_run.thread_runs, strict=True):
        thread.thread_run = thread_run
    rows.run(run.key, run.wf_run)


def _thread_rescued(
    state: FamilyState, run: RunState, body: history.ThreadRescued, _moment: Moment, rows: Touched
) -> None:
    assert run.wf_run is not None
    thread = run.threads[body.thread_run_number]
    thread.failure = None
    thread.thread_run.status = status.RUNNING
    thread.thread_run.ClearField("end_time")
    thread.thread_run.ClearField("error_message")
    if body.thread_run_number == 0:
        run.wf_run.status = status.RUNNING
        run.wf_run.ClearField("end_time")
        remove_timers(state, run, rows, lambda timer: timer.kind == history.RUN_RETENTION)
    rows.run(run.key, run.wf_run)


APPLIERS: dict[str, Applier] = {
    "thread_started": _thread_started,
    "thread_ended": _thread_ended,
    "thread_halted": _thread_halted,
    "thread_resumed": _thread_resumed,
    "thread_rescued": _thread_rescued,
    "threads_archived": _threads_archived,
    "failures_handled": _failures_handled,
    "waiting_threads_changed": _waiting_threads_changed,
}
