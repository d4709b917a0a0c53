"""Nodes and edges: where threads stand, and the variables that edges change."""

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine import correlation_waits
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.failure_names import failure_status
from hitchpost_server.engine.folding import child_waits
from hitchpost_server.engine.folding.moment import Applier, Moment
from hitchpost_server.engine.folding.timers import NODE_TIMERS, remove_timers
from hitchpost_server.engine.ids import run_key
from hitchpost_server.engine.state import FamilyState, RunState, ThreadState
from hitchpost_server.engine.tables import Touched


def _node_entered(
    _state: FamilyState, run: RunState, body: history.NodeEntered, moment: Moment, rows: Touched
) -> None:
    assert run.wf_run is not None
    thread = run.threads[body.thread_run_number]
    node_run = new_node_run(body, run.wf_run.wf_spec_id, thread.thread_run.thread_spec_name)
    _stand_at(run, thread, node_run, moment, rows)


def enter_node(
    number: int,
    like: node_runs.NodeRun,
    _state: FamilyState,
    run: RunState,
    moment: Moment,
    rows: Touched,
) -> None:
    """Let a thread stand at a node; the NodeRun is like those of other runs there."""
    _stand_at(run, run.threads[number], copy_of(like), moment, rows)


def new_node_run(
    body: history.NodeEntered, wf_spec_id: ids.WfSpecId, thread_spec_name: str
) -> node_runs.NodeRun:
    """Make a NodeRun, but for what sets it apart from those of other runs."""
    # Written field by field, as below: messages that are made to be copied cost twice as much.
    node_run = node_runs.NodeRun()
    node_run.id.thread_run_number = body.thread_run_number
    node_run.wf_spec_id.CopyFrom(wf_spec_id)
    node_run.status = status.RUNNING
    node_run.thread_spec_name = thread_spec_name
    node_run.node_name = body.node_name
    kind = body.WhichOneof("node_type")
    if kind is not None:
        shown = getattr(node_run, kind)
        shown.CopyFrom(getattr(body, kind))
        shown.SetInParent()
    return node_run


def _stand_at(
    run: RunState, thread: ThreadState, node_run: node_runs.NodeRun, moment: Moment, rows: Touched
) -> None:
    assert run.wf_run is not None
    position = thread.position = thread.position + 1
    thread.thread_run.current_node_position = position
    thread.node_run = node_run
    node_run_id = node_run.id
    node_run_id.wf_run_id.CopyFrom(run.run_id)
    node_run_id.position = position
    node_run.arrival_time.CopyFrom(moment.timestamp)
    rows.node_run(run.key, thread)
    rows.run(run.key, run.wf_run)


def _node_exited(
    state: FamilyState, run: RunState, body: history.NodeExited, moment: Moment, rows: Touched
) -> None:
    number = body.thread_run_number
    if body.HasField("output"):
        thread = run.threads[number]
        thread.outputs[thread.node_run.node_name] = copy_of(body.output)
    exit_node(number, state, run, moment, rows)


def exit_node(
    number: int, state: FamilyState, run: RunState, moment: Moment, rows: Touched
) -> None:
    """Let a thread be through with its node."""
    thread = run.threads[number]
    node_run = thread.node_run
    node_run.status = status.COMPLETED
    node_run.end_time.CopyFrom(moment.timestamp)
    _leave_node(state, run, thread, rows)
    rows.node_run(run.key, thread)


def _node_failed(
    state: FamilyState, run: RunState, body: history.NodeFailed, _moment: Moment, rows: Touched
) -> None:
    thread, failure = run.threads[body.thread_run_number], body.failure
    thread.node_run.failures.append(failure)
    thread.node_run.status = failure_status(failure.failure_name)
    thread.outputs.pop(thread.node_run.node_name, None)
    if body.while_waiting:
        thread.node_run.error_message = failure.message
    if body.handler_spec_name:
        assert run.wf_run is not None
        run.wf_run.pending_failures.add(
            failed_thread_run=thread.number, handler_spec_name=body.handler_spec_name
        )
        rows.run(run.key, run.wf_run)
    _leave_node(state, run, thread, rows)
    rows.node_run(run.key, thread)


def _leave_node(state: FamilyState, run: RunState, thread: ThreadState, rows: Touched) -> None:
    """Forget what only the node that the thread leaves was waiting for."""
    node_run = thread.node_run
    if state.waits:
        correlation_waits.end(state, run, thread)
    if run.tasks:
        run.tasks.pop(node_run.task.task_run_id.task_guid, None)
    if run.user_tasks:
        run.user_tasks.pop(node_run.user_task.user_task_run_id.user_task_guid, None)
    if run.timers:
        remove_timers(
            state,
            run,
            rows,
            lambda timer: (
                timer.kind in NODE_TIMERS
                and timer.thread_run_number == thread.number
                and timer.node_run_position == thread.position
            ),
        )


def _edge_taken(
    _state: FamilyState,
    run: RunState,
    body: history.EdgeTaken | history.VariablesChanged,
    _moment: Moment,
    rows: Touched,
) -> None:
    for change in body.changes:
        number, name = change.thread_run_number, change.name
        variables = run.threads[number].variables
        old = variables[name]
        # A new message, not a new value in the old one: what a message once
        # held is freed with the message only.
        variable = variables[name] = values.Variable()
        variable.id.CopyFrom(old.id)
        value = variable.value
        value.CopyFrom(change.value)
        value.SetInParent()  # NULL is a value too
        variable.created_at.CopyFrom(old.created_at)
        variable.wf_spec_id.CopyFrom(old.wf_spec_id)
        variable.masked = old.masked
        rows.variable(run.key, number, name, variable)


def _child_run_started(
    _state: FamilyState,
    run: RunState,
    body: history.ChildRunStarted,
    _moment: Moment,
    rows: Touched,
) -> None:
    thread = run.threads[body.thread_run_number]
    node_run = thread.node_run
    node_run.run_child_wf.child_wf_run_id.CopyFrom(body.child_wf_run_id)
    node_run.run_child_wf.wf_spec_id.CopyFrom(body.wf_spec_id)
    node_run.run_child_wf.inputs.MergeFrom(body.inputs)
    rows.node_run(run.key, thread)


def _child_run_awaited(
    state: FamilyState,
    run: RunState,
    body: history.ChildRunAwaited,
    _moment: Moment,
    rows: Touched,
) -> None:
    thread = run.threads[body.thread_run_number]
    node_run = thread.node_run
    node_run.wait_for_child_wf.child_wf_run_id.CopyFrom(body.child_wf_run_id)
    rows.node_run(run.key, thread)
    child = state.runs.get(run_key(body.child_wf_run_id))
    if child is not None and child.wf_run is not None:
        child_waits.begin(child, node_run.id, rows)


APPLIERS: dict[str, Applier] = {
    "node_entered": _node_entered,
    "node_exited": _node_exited,
    "node_failed": _node_failed,
    "edge_taken": _edge_taken,
    "variables_changed": _edge_taken,
    "child_run_started": _child_run_started,
    "child_run_awaited": _child_run_awaited,
}
