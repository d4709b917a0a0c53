"""Which nodes of runs above wait for a child run, or have waited for it last.

There is one for each of those runs, and a WfRun shows the latest. The others are kept all
the same: a run that waits is on record with itself alone, so when that is erased, or starts
over, what is left is what there would be if it had never waited.
"""

from hitchpost.v1 import object_id_pb2 as ids
from hitchpost_server.engine.copies import copy_of
from hitchpost_server.engine.state import FamilyState, RunState
from hitchpost_server.engine.tables import Touched


def begin(child: RunState, node: ids.NodeRunId, rows: Touched) -> None:
    """Note that a node waits for a child run now."""
    others = [one for one in child.waiting if one.wf_run_id != node.wf_run_id]
    child.waiting = [*others, copy_of(node)]
    show(child)
    assert child.wf_run is not None
    rows.run(child.key, child.wf_run)


def end_all(state: FamilyState, gone: RunState, rows: Touched) -> None:
    """Let the runs below forget that a node of this one waited for them: it is gone.

    Archived ones have nothing to forget.
    """
    for run in state.runs.values():
        left = [one for one in run.waiting if one.wf_run_id != gone.run_id]
        if run.wf_run is not None and len(left) != len(run.waiting):
            run.waiting = left
            show(run)
            rows.run(run.key, run.wf_run)


def show(run: RunState) -> None:
    """Let the WfRun say who waits; one that nobody has started or waits for says nothing."""
    assert run.wf_run is not None
    trigger = run.wf_run.parent_trigger
    if run.waiting:
        trigger.waiting_node_run.CopyFrom(run.waiting[-1])
        return
    trigger.ClearField("waiting_node_run")
    if not trigger.HasField("triggering_node_run"):
        run.wf_run.ClearField("parent_trigger")
