"""How a run starts over: its execution ends, and the next begins under the same id.

Two doors lead here: the ContinueAsNew command, and the workflow event
`hitchpost-continue-as-new`, thrown by any thread. Modelled on continue-as-new
of durable execution engines.
"""

from typing import TYPE_CHECKING

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost_server.engine import commands, errors
from hitchpost_server.engine.child_runs import heirs
from hitchpost_server.engine.draft import Draft
from hitchpost_server.engine.rows import LATEST
from hitchpost_server.engine.starting import inputs_of, start
from hitchpost_server.engine.state import RunState
from hitchpost_server.engine.visits import Traversal

if TYPE_CHECKING:
    from hitchpost_server.engine.compiled import CompiledWfSpec


def check_start_over(
    draft: Draft, run: RunState, command: commands.ContinueAsNew
) -> tuple[int, "CompiledWfSpec", list[values.VarNameAndVal]]:
    """Refuse a run that cannot start over so; give its next WfSpec and thread 0's variables.

    Raises:
        ObjectNotFound: the run has not started, or its WfSpec is gone and the latest is asked for.
        WfRunTerminated: it has come to its end.
        ExecutionMismatch: it is at another execution than the one that is to end.
        FieldInvalid: the latest WfSpec belongs below another parent.
        InputInvalid, ObjectTooLarge: the inputs will not do.
    """
    request = command.request
    if run.wf_run is None:
        raise errors.ObjectNotFound(kind="WfRun", id=run.key)
    if request.HasField("execution") and request.execution != run.execution:
        raise errors.ExecutionMismatch(
            wf_run=run.key, execution=request.execution, current=run.execution
        )
    if not run.is_running:
        name = status.LHStatus.Name(run.wf_run.status)
        raise errors.WfRunTerminated(wf_run=run.key, status=name)
    sequence, spec = _next_spec(draft, run, latest=request.latest_wf_spec)
    return sequence, spec, inputs_of(request.variables, spec, draft.facts, draft.limits)


def _next_spec(draft: Draft, run: RunState, *, latest: bool) -> tuple[int, "CompiledWfSpec"]:
    assert run.wf_run is not None
    name, sequence = run.wf_spec_name, run.wf_spec_sequence
    spec = draft.facts.wf_spec(name, sequence)
    if not latest:
        return sequence, spec
    found = draft.facts.wf_spec_sequence(name, LATEST, LATEST)
    if found is None:
        raise errors.ObjectNotFound(kind="WfSpec", id=name)
    newest = draft.facts.wf_spec(name, found)
    before, after = spec.wf_spec.parent_wf_spec, newest.wf_spec.parent_wf_spec
    if before.wf_spec_name != after.wf_spec_name:
        problem = "the latest version of the WfSpec belongs below another parent"
        raise errors.FieldInvalid(field="latest_wf_spec", problem=problem)
    return found, newest


def start_over(
    draft: Draft,
    run: RunState,
    spec: "CompiledWfSpec",
    sequence: int,
    variables: list[values.VarNameAndVal],
    thrown: ids.WorkflowEventId | None = None,
) -> None:
    """End the execution of a run and let the next one begin; whoever inherits from it looks."""
    assert run.wf_run is not None
    ended = history.RunContinuedAsNew(next_execution=run.execution + 1, workflow_event_id=thrown)
    draft.emit(run, "run_continued_as_new", ended)
    draft.forget_traversal(run)
    start(draft, run, spec, sequence, variables, _origin(run.wf_run))
    draft.has_to_move(run)
    for heir in heirs(draft, run):
        draft.has_to_move(heir)


def _origin(wf_run: wf_runs.WfRun) -> wf_runs.WfRun.ParentTriggerReference | None:
    """Say which node has started a run; who waits for it is on record elsewhere."""
    if not wf_run.parent_trigger.HasField("triggering_node_run"):
        return None
    node_run = wf_run.parent_trigger.triggering_node_run
    return wf_runs.WfRun.ParentTriggerReference(triggering_node_run=node_run)


def start_over_as_thrown(traversal: Traversal) -> bool:
    """Let a run start over that has thrown what asks for it; tell whether it has."""
    draft, run = traversal.draft, traversal.run
    wish = draft.start_overs.pop(run.key, None)
    if wish is None:
        return False
    start_over(draft, run, traversal.spec, run.wf_spec_sequence, wish.variables, wish.thrown)
    return True
