"""Runs that a run starts. It knows those nodes. Each function is a builder's verb."""

from collections.abc import Mapping

from hitchpost._building.expression import Expression, NodeOutput, assignment
from hitchpost._building.thread import Writing
from hitchpost._building.threads import assignments
from hitchpost._errors import WorkflowInvalid
from hitchpost._types import LATEST_VERSION, type_definition
from hitchpost.v1.object_id_pb2 import WfRunId
from hitchpost.v1.wf_spec_pb2 import Node, RunChildWfNode, WaitForChildWfNode


def run_child_wf(
    self: Writing,
    name: str | Expression,
    inputs: Mapping[str, object] | None = None,
    *,
    id: str | Expression | None = None,
    major: int | None = None,
) -> NodeOutput:
    """Start a run of a workflow as this run's child, and go on at once. Gives its id.

    A name that is an expression is known when a run gets there. `major` absent means the
    latest: of now for a name, of then for an expression. `id` absent means a new one.
    """
    child = RunChildWfNode(
        major_version=LATEST_VERSION if major is None else major,
        inputs=assignments(inputs),
        child_id=None if id is None else assignment(id),
    )
    if isinstance(name, Expression):
        child.wf_spec_var.CopyFrom(name.assignment)
    else:
        child.wf_spec_name = name
    node = Node(run_child_wf=child)
    label = "dynamic" if isinstance(name, Expression) else name
    return NodeOutput(self._thread.add(f"run-{label}", node), node, type_definition(WfRunId))


def wait_for_child_wf(self: Writing, child: NodeOutput) -> NodeOutput:
    """Wait for a run that `run_child_wf` has started in this thread, and give its output.

    A child's business failure is this step's too; any other one is a CHILD_FAILURE.
    """
    self._thread.owns(child)
    if not child.node.HasField("run_child_wf"):
        raise WorkflowInvalid(f"{child.node_name} starts no run")
    wait = WaitForChildWfNode(
        child_wf_run_id=child.assignment, child_wf_run_source_node=child.node_name
    )
    node = Node(wait_for_child_wf=wait)
    return NodeOutput(self._thread.add("wait", node), node)
