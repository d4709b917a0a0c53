"""EXIT: where a thread ends, with nothing, with a value or with a failure."""

from hitchpost.v1.wf_spec_pb2 import FailureDef, Node
from hitchpost_server.engine.definitions.names import problem_with
from hitchpost_server.engine.definitions.nodes.kind import NodeKind, Surroundings
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.failure_names import ERROR_NAMES
from hitchpost_server.engine.values.static_types import assignment_type


def _check(node: Node, place: Place, surroundings: Surroundings) -> None:
    if node.exit.HasField("failure_def"):
        _check_failure(node.exit.failure_def, place.at("failure_def"), surroundings)
    elif node.exit.HasField("return_content"):
        with place.at("return_content").typed():
            assignment_type(node.exit.return_content, surroundings.scope)


def _check_failure(failure: FailureDef, place: Place, surroundings: Surroundings) -> None:
    problem = problem_with(failure.failure_name)
    if failure.failure_name in ERROR_NAMES:
        problem = f"{failure.failure_name} is the name of one of the server's own errors"
    if problem is not None:
        raise place.at("failure_name").invalid(problem)
    if failure.HasField("content"):
        with place.at("content").typed():
            assignment_type(failure.content, surroundings.scope)


KIND = NodeKind(check=_check)
