"""The inputs that a node gives to the thread or the run that it starts.

It knows what a ThreadSpec asks of whoever starts it, and nothing of who does.
"""

from collections.abc import Mapping

from hitchpost.v1.assignment_pb2 import VariableAssignment
from hitchpost.v1.wf_spec_pb2 import ThreadSpec
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.definitions.variables import own_variables
from hitchpost_server.engine.values.static_types import TypeScope, check_assignable
from hitchpost_server.engine.values.types import variable_type


def check_inputs(
    thread: ThreadSpec,
    inputs: Mapping[str, VariableAssignment],
    place: Place,
    field: str,
    scope: TypeScope,
) -> None:
    """Refuse inputs that a thread does not declare, that do not fit, or that are missing.

    They stand in a `field` of what stands at a place.
    """
    declared = {variable.var_def.name: variable for variable in own_variables(thread)}
    for name in sorted(inputs):
        if name not in declared:
            raise place.at(field).invalid(
                f"the thread declares no variable {shortened(name)}, or inherits it"
            )
        with place.at(field, name).typed():
            check_assignable(inputs[name], variable_type(declared[name].var_def), scope)
    for name, variable in declared.items():
        if variable.required and name not in inputs:
            raise place.at(field).invalid(f"variable {shortened(name)} is required and missing")
