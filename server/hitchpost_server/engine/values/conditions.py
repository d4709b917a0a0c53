"""Conditions of edges and of nodes that wait for one, compiled into functions.

It knows nothing of which edge is asked first, nor of types.
"""

from collections.abc import Callable

from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost.v1.wf_spec_pb2 import Edge, LegacyEdgeCondition, WaitForConditionNode
from hitchpost_server.engine.values.comparisons import comparison
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.evaluation import Scope, compile_assignment
from hitchpost_server.engine.values.types import is_null, type_name, type_of

Condition = Callable[[Scope], bool]


def compile_edge_condition(edge: Edge | WaitForConditionNode) -> Condition | None:
    """Make a function of an edge's condition; None if it has none and is always open."""
    if edge.HasField("condition"):
        return compile_condition(edge.condition)
    if edge.HasField("legacy_condition"):
        return _compile_comparison(edge.legacy_condition)
    return None


def compile_condition(assignment: VariableAssignment) -> Condition:
    """Make a function of an assignment that must yield a BOOL; NULL is none."""
    source = compile_assignment(assignment)

    def evaluate(scope: Scope) -> bool:
        value = source(scope)
        if not value.HasField("bool"):
            given = "NULL" if is_null(value) else type_name(type_of(value))
            raise EvaluationError(f"A condition must be a BOOL, not {given}")
        return value.bool

    return evaluate


def _compile_comparison(condition: LegacyEdgeCondition) -> Condition:
    left, right = compile_assignment(condition.left), compile_assignment(condition.right)
    comparator = int(condition.comparator)
    return lambda scope: comparison(comparator)(left(scope), right(scope))
