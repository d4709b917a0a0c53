"""Values that a run puts together: texts, structs and maps. Each function is a builder's verb."""

from collections.abc import Iterable, Mapping

from hitchpost._building.expression import Expression, assignment
from hitchpost._building.thread import Writing
from hitchpost._errors import WorkflowInvalid
from hitchpost._structs import Member, members
from hitchpost._types import (
    LATEST_VERSION,
    DeclaredType,
    type_definition,
)
from hitchpost.v1.assignment_pb2 import (
    InlineStructBuilder,
    InlineStructFieldValue,
    MapBuilder,
    StructBuilder,
    VariableAssignment,
)
from hitchpost.v1.object_id_pb2 import StructDefId
from hitchpost.v1.value_pb2 import TypeDefinition


def format_string(_: Writing, template: str, *arguments: object) -> Expression:
    """Write a text in which `{0}`, `{1}`... stand for the arguments."""
    text = VariableAssignment.FormatString(
        format=assignment(template), args=[assignment(one) for one in arguments]
    )
    return Expression(VariableAssignment(format_string=text), type_definition(str))


def make_struct(
    _: Writing, struct: type | str, fields: Mapping[str, object] | None = None, /, **more: object
) -> Expression:
    """Make a struct from expressions and objects: `wf.struct(Customer, first_name=name)`.

    A class of `struct` takes its own attributes; by name, fields are as in the StructDef.
    Optional fields may be left out. A struct made in place for a field is made with it.
    """
    given = {**(fields or {}), **more}
    if isinstance(struct, str):
        declared = TypeDefinition(struct_def_id=StructDefId(name=struct, version=LATEST_VERSION))
        made = {name: _field(one, None) for name, one in given.items()}
    else:
        declared = type_definition(struct)
        known = {member.attribute: member for member in members(struct)}
        if unknown := sorted(given.keys() - known.keys()):
            raise WorkflowInvalid(f"{struct.__name__} has no {', '.join(unknown)}")
        made = _fields(known, given)
    builder = StructBuilder(
        struct_def_id=declared.struct_def_id, value=InlineStructBuilder(fields=made)
    )
    return Expression(VariableAssignment(struct_builder=builder), declared, struct)


def _fields(
    known: Mapping[str, Member], given: Mapping[str, object]
) -> dict[str, InlineStructFieldValue]:
    return {known[name].name: _field(one, known[name].definition) for name, one in given.items()}


def _field(content: object, declared: TypeDefinition | None) -> InlineStructFieldValue:
    """Make one field; a struct that is made in place has no type of its own there."""
    source = assignment(content, declared)
    if source.HasField("struct_builder") and source.WhichOneof("path") is None:
        return InlineStructFieldValue(sub_structure=source.struct_builder.value)
    return InlineStructFieldValue(simple_value=source)


def make_map(
    _: Writing,
    entries: Mapping[object, object] | Iterable[tuple[object, object]],
    declared: DeclaredType | None = None,
) -> Expression:
    """Make a map from expressions and objects, which may be keys and values.

    `declared`, as in `Map[str, int]`, is its type; absent, that follows from the entries.
    """
    pairs = entries.items() if isinstance(entries, Mapping) else entries
    definition = None if declared is None else type_definition(declared, native=True)
    inline = None if definition is None else definition.inline_map_def
    key_type, value_type = (None, None) if inline is None else (inline.key_type, inline.value_type)
    builder = MapBuilder(
        entries=[
            MapBuilder.Entry(key=assignment(key, key_type), value=assignment(value, value_type))
            for key, value in pairs
        ],
        map_type=inline,
    )
    return Expression(VariableAssignment(map_builder=builder), definition, declared)
