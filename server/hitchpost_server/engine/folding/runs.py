"""Runs and their threads: how they begin and end."""

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine.folding.moment import Applier, Moment
from hitchpost_server.engine.state import FamilyState, RunState, ThreadState
from hitchpost_server.engine.tables import Touched


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


APPLIERS: dict[str, Applier] = {
    "transition_started": _nothing,
    "transition_completed": _nothing,
    "run_started": _run_started,
    "run_completed": _run_completed,
    "run_faulted": _run_faulted,
    "run_deleted": _run_deleted,
    "thread_started": _thread_started,
    "thread_ended": _thread_ended,
}
