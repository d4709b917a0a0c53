"""WAIT_FOR_CONDITION: wait until a condition is true; it is looked at whenever the run moves."""

from typing import Any

from hitchpost.v1 import history_pb2 as history
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import wf_spec_pb2 as wf_specs
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.nodes.kind import DONE, Done, NodeKind, Surroundings, Visit
from hitchpost_server.engine.values.conditions import Condition, compile_edge_condition
from hitchpost_server.engine.values.static_types import check_condition


class WaitForConditionKind(NodeKind):
    """Complete when the condition holds; without one it holds."""

    def validate(self, node: wf_specs.Node, place: Place, surroundings: Surroundings) -> None:
        """Refuse what is not a BOOL, or compares what can never be compared."""
        condition = node.wait_for_condition.WhichOneof("node_condition")
        assert condition is not None
        with place.at(condition).typed():
            check_condition(node.wait_for_condition, surroundings.scope)

    def compile(self, node: wf_specs.WaitForConditionNode) -> Condition | None:
        """Compile the condition."""
        return compile_edge_condition(node)

    def entered(self, _details: Any) -> history.NodeEntered:
        """Show a WaitForConditionRun."""
        return history.NodeEntered(wait_for_condition=node_runs.WaitForConditionRun())

    def check(self, visit: Visit) -> Done | None:
        """Look whether the condition holds now."""
        condition: Condition | None = visit.details
        return DONE if condition is None or condition(visit) else None
