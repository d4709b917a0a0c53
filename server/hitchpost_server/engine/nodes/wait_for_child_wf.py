"""WAIT_FOR_CHILD_WF: wait until a child run has ended."""

from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import wf_run_pb2 as wf_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.archiving import recall
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.ids import run_key
from hitchpost_server.engine.nodes.kind import Done, NodeFailure, NodeKind, Surroundings, Visit
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Assignment, compile_assignment
from hitchpost_server.engine.values.static_types import check_assignable

WF_RUN_ID = values.TypeDefinition(primitive_type=values.WF_RUN_ID)


class WaitForChildWfKind(NodeKind):
    """Complete with the output of the child's thread 0; fails as the child did."""

    waits_for_runs = True

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse a source that starts no child run, and what is not the id of one."""
        wait = node.wait_for_child_wf
        source = surroundings.thread.nodes.get(wait.child_wf_run_source_node)
        if source is None or not source.HasField("run_child_wf"):
            name = shortened(wait.child_wf_run_source_node)
            raise place.at("child_wf_run_source_node").invalid(
                f"node {name} is no RUN_CHILD_WF node of the same thread"
            )
        with place.at("child_wf_run_id").typed():
            check_assignable(wait.child_wf_run_id, WF_RUN_ID, surroundings.scope)

    def compile(self, node: wf_specs.WaitForChildWfNode) -> Assignment:
        """Compile what computes the child's id."""
        return compile_assignment(node.child_wf_run_id)

    def entered(self, _details: Any) -> history.NodeEntered:
        """Show a WaitForChildWfNodeRun; ChildRunAwaited fills it in."""
        return history.NodeEntered(wait_for_child_wf=node_runs.WaitForChildWfNodeRun())

    def arrive(self, visit: Visit) -> None:
        """Find the child."""
        value = visit.details(visit)
        if value.WhichOneof("value") != "wf_run_id":
            raise EvaluationError("what is waited for is not the id of a run")
        key = run_key(value.wf_run_id)
        if not key.startswith(f"{visit.run.key}_"):
            raise EvaluationError(f"WfRun {key} is not below this one")
        recall(visit.draft, key)
        awaited = history.ChildRunAwaited(
            thread_run_number=visit.thread.number, child_wf_run_id=value.wf_run_id
        )
        visit.emit("child_run_awaited", awaited)

    def check(self, visit: Visit) -> Done | None:
        """Look how far the child has come."""
        key = run_key(visit.thread.node_run.wait_for_child_wf.child_wf_run_id)
        child = recall(visit.draft, key)
        if child is None or child.wf_run is None:
            raise NodeFailure("CHILD_FAILURE", f"there is no WfRun {key}")
        run: wf_runs.WfRun = child.wf_run
        if run.status == status.COMPLETED:
            first = run.thread_runs[0]
            return Done(first.output if first.HasField("output") else values.VariableValue())
        failure = None if child.is_running else child.threads[0].failure
        if failure is not None:
            raise _failure_of(key, run.status, failure)
        return None


def _failure_of(key: str, end: status.LHStatus, failure: node_runs.Failure) -> NodeFailure:
    """Tell how a child failed: exceptions with their names, errors as CHILD_FAILURE."""
    message = f"child WfRun {key} failed with {failure.failure_name}: {failure.message}"
    if end == status.EXCEPTION:
        return NodeFailure.like(failure, message)
    return NodeFailure("CHILD_FAILURE", message)
