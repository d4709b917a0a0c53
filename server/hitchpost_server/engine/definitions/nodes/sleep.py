"""SLEEP: a number of seconds, or until a moment."""

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import TypeDefinition, VariableType
from hitchpost.v1.wf_spec_pb2 import Node
from hitchpost_server.engine.definitions.nodes.kind import NodeKind, Surroundings
from hitchpost_server.engine.definitions.places import Place
from hitchpost_server.engine.values.static_types import assignment_type
from hitchpost_server.engine.values.types import is_assignable, type_name

# What each way to say how long may be given as.
LENGTH_TYPES: dict[str, tuple[VariableType, ...]] = {
    "raw_seconds": (values.INT,),
    "iso_date": (values.STR,),
    "timestamp": (values.TIMESTAMP, values.INT),
}


def _check(node: Node, place: Place, surroundings: Surroundings) -> None:
    form = node.sleep.WhichOneof("sleep_length")
    place = place.at(form)
    with place.typed():
        given = assignment_type(getattr(node.sleep, form), surroundings.scope)
    accepted = [TypeDefinition(primitive_type=kind) for kind in LENGTH_TYPES[form]]
    if not any(is_assignable(given, kind) for kind in accepted):
        names = " or ".join(type_name(kind) for kind in accepted)
        raise place.invalid(f"{type_name(given)} cannot be used as {names}")


KIND = NodeKind(check=_check)
