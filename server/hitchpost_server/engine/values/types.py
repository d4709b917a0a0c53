"""Types of values, and what fits where without a cast.

It knows nothing of how one type is turned into another. What a type definition
means by itself is in `type_definitions`; its names are offered here as well.
"""

from collections.abc import Iterable

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost_server.engine.values.type_definitions import (
    PRIMITIVES,
    entry_type,
    item_type,
    key_type,
    kind_of,
    normalised,
    normalised_map,
    type_name,
    variable_type,
)

__all__ = [
    "is_assignable",
    "is_null",
    "kind_fits",
    "normalised",
    "same_type",
    "type_name",
    "type_of",
    "variable_type",
]

# What fits a kind without a cast, beside that kind itself.
_ALSO_FITS = {
    "str": frozenset({"int", "double", "bool", "bytes", "wf_run_id"}),
    "double": frozenset({"int"}),
}
_NOTHING: frozenset[str] = frozenset()


def is_null(value: VariableValue) -> bool:
    """Tell whether nothing is set."""
    return value.WhichOneof("value") is None


def type_of(value: VariableValue) -> TypeDefinition | None:
    """Find the type of a value; None for NULL.

    An array or a map that does not say what it holds is judged by the first
    that it holds; when that is nothing, it is left open.
    """
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    if kind == "array":
        return _array_type(value.array)
    if kind == "map":
        return _map_type(value.map)
    if kind == "struct":
        return TypeDefinition(struct_def_id=value.struct.struct_def_id)
    return PRIMITIVES[kind]


def _array_type(array: values.Array) -> TypeDefinition:
    item = (
        normalised(array.element_type)
        if array.HasField("element_type")
        else _first_type(array.items)
    )
    return TypeDefinition(inline_array_def=values.InlineArrayDef(array_type=item))


def _map_type(content: values.Map) -> TypeDefinition:
    if content.HasField("map_type"):
        return TypeDefinition(inline_map_def=normalised_map(content.map_type))
    return TypeDefinition(
        inline_map_def=values.InlineMapDef(
            key_type=_first_type(entry.key for entry in content.entries),
            value_type=_first_type(entry.value for entry in content.entries),
        )
    )


def _first_type(candidates: Iterable[VariableValue]) -> TypeDefinition | None:
    return next((type_of(each) for each in candidates if not is_null(each)), None)


def is_assignable(source: TypeDefinition | None, expected: TypeDefinition | None) -> bool:
    """Tell whether values of one type fit another without a cast.

    None is a type that is not known, which always fits. Structs fit by name,
    whatever their version.
    """
    if source is None or expected is None:
        return True
    given, wanted = kind_of(source), kind_of(expected)
    if given != wanted:
        return kind_fits(given, wanted)
    if wanted == "struct":
        return source.struct_def_id.name == expected.struct_def_id.name
    return same_type(source, expected)


def same_type(one: TypeDefinition | None, other: TypeDefinition | None) -> bool:
    """Tell whether two types are equal, masked or not. What is left open equals everything."""
    if one is None or other is None:
        return True
    kind = kind_of(one)
    if kind != kind_of(other):
        return False
    if kind == "array":
        return same_type(item_type(one), item_type(other))
    if kind == "map":
        return same_type(key_type(one), key_type(other)) and same_type(
            entry_type(one), entry_type(other)
        )
    return one.primitive_type == other.primitive_type and one.struct_def_id == other.struct_def_id


def kind_fits(kind: str, wanted: str) -> bool:
    """Tell whether a value of one kind fits another, as far as that alone can say."""
    return kind == wanted or kind in _ALSO_FITS.get(wanted, _NOTHING)
