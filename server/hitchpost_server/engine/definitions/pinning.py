"""Pinning: what a definition that is put says of StructDefs, made to stay true.

Every StructDef that it names must exist, and gets the number of the version
that is meant. Literal structs are kept as values of that version. It knows
neither what a StructDef may hold nor where it may be named.
"""

from google.protobuf.message import Message

from hitchpost.v1.assignment_pb2 import VariableAssignment, VariableMutation
from hitchpost.v1.object_id_pb2 import StructDefId
from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.definitions.places import Place, shortened
from hitchpost_server.engine.definitions.trees import walk
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.errors import MisfitError
from hitchpost_server.engine.values.struct_defs import StructDefs
from hitchpost_server.engine.values.types import type_of


def named_struct_defs(message: Message) -> frozenset[tuple[str, int]]:
    """Name the versions of StructDefs that a message speaks of; any message will do."""
    return frozenset(
        (part.name, part.version)
        for _, part in walk(message, Place("", ""), StructDefId)
        if isinstance(part, StructDefId)
    )


def pin(message: Message, place: Place, struct_defs: StructDefs) -> bool:
    """Change every reference to a StructDef, in place, into one to a version that exists.

    Values are left alone, since they are checked where they are used; literals
    of assignments are used here. Returns whether one was changed.

    Raises:
        DefinitionInvalid: a StructDef does not exist, or a literal struct is wrong.
    """
    changed = False
    for spot, part in walk(message, place, VariableValue):
        if isinstance(part, StructDefId):
            _pin_reference(part, spot, struct_defs)
        elif isinstance(part, VariableAssignment | VariableMutation) and named_struct_defs(
            part.literal_value
        ):
            _pin_literal(part.literal_value, spot.at("literal_value"), struct_defs)
            changed = True
    return changed


def _pin_reference(named: StructDefId, place: Place, struct_defs: StructDefs) -> None:
    found = struct_defs.struct_def(named.name, named.version)
    if found is None:
        name = shortened(named.name)
        raise place.invalid(f"Refers to non-existent StructDef {name}, version {named.version}")
    named.CopyFrom(found.id)


def _pin_literal(literal: VariableValue, place: Place, struct_defs: StructDefs) -> None:
    for spot, part in walk(literal, place, StructDefId):
        if isinstance(part, StructDefId):
            _pin_reference(part, spot, struct_defs)
    try:
        literal.CopyFrom(admitted(literal, type_of(literal), struct_defs))
    except MisfitError as error:
        raise place.invalid(f"the literal value is wrong: {error}") from error
