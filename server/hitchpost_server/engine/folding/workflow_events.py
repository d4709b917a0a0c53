"""Workflow events: what a run has thrown."""

from hitchpost.v1 import history_pb2 as history
from hitchpost_server.engine.folding.moment import Applier, Moment
from hitchpost_server.engine.state import FamilyState, RunState
from hitchpost_server.engine.tables import Touched


def _workflow_event_thrown(
    _state: FamilyState,
    run: RunState,
    body: history.WorkflowEventThrown,
    _moment: Moment,
    rows: Touched,
) -> None:
    event = body.workflow_event
    run.thrown[event.id.workflow_event_def_id.name] = event.id.number + 1
    rows.workflow_event(run.key, event)
    thread = run.threads[event.node_run_id.thread_run_number]
    thread.node_run.throw_event.workflow_event_id.CopyFrom(event.id)
    rows.node_run(run.key, thread)


APPLIERS: dict[str, Applier] = {
    "workflow_event_thrown": _workflow_event_thrown,
}
