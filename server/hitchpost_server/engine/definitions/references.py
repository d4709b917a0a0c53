"""Whether every variable and every node that a WfSpec speaks of is there.

It looks at names wherever they may stand; which thread may see a variable is
found out when it runs.
"""

from hitchpost.v1.assignment_pb2 import VariableAssignment, VariableMutation
from hitchpost.v1.wf_spec_pb2 import ThreadSpec, WfSpec
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.definitions.trees import walk
from hitchpost_server.engine.definitions.variables import declared
from hitchpost_server.engine.values.references import node_outputs_of, variables_of


def check_references(spec: WfSpec, place: Place) -> None:
    """Refuse a WfSpec that speaks of a variable or of a node that is not there."""
    variables = frozenset(variable.var_def.name for variable in declared(spec))
    for name in sorted(spec.thread_specs):
        thread = spec.thread_specs[name]
        for spot, message in walk(thread, place.at("thread_specs", name), VariableAssignment):
            if isinstance(message, VariableAssignment):
                _check_assignment(message, spot, variables, thread)
            elif isinstance(message, VariableMutation):
                _check_variable(message.lhs_name, spot.at("lhs_name"), variables)


def _check_assignment(
    assignment: VariableAssignment, place: Place, variables: frozenset[str], thread: ThreadSpec
) -> None:
    for name in sorted(variables_of(assignment)):
        _check_variable(name, place, variables)
    for name in sorted(node_outputs_of(assignment)):
        if name not in thread.nodes:
            raise place.invalid(f"node {shortened(name)} is not in the same thread")


def _check_variable(name: str, place: Place, variables: frozenset[str]) -> None:
    if name not in variables:
        raise place.invalid(f"variable {shortened(name)} is declared by no thread")
