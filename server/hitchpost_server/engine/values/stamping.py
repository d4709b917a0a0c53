"""Arrays and maps that say what they hold, as the type that they were accepted as says.

It knows nothing of whether a value fits: that was found out before.
"""

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost_server.engine.values.type_definitions import (
    entry_type,
    item_type,
    key_type,
    kind_of,
)


def stamped(value: VariableValue, expected: TypeDefinition | None) -> VariableValue:
    """Return the value with the types of items and entries written into it, at every level.

    A value that is neither an array nor a map comes back as it is.
    """
    kind = value.WhichOneof("value")
    if expected is None or kind not in ("array", "map") or kind_of(expected) != kind:
        return value
    if kind == "array":
        return VariableValue(array=_stamped_array(value.array, item_type(expected)))
    return VariableValue(map=_stamped_map(value.map, expected))


def _stamped_array(array: values.Array, item: TypeDefinition | None) -> values.Array:
    if item is None:
        return array
    return values.Array(items=[stamped(each, item) for each in array.items], element_type=item)


def _stamped_map(content: values.Map, expected: TypeDefinition) -> values.Map:
    keys, entries = key_type(expected), entry_type(expected)
    if keys is None and entries is None:
        return content
    return values.Map(
        entries=[
            values.Map.Entry(key=stamped(entry.key, keys), value=stamped(entry.value, entries))
            for entry in content.entries
        ],
        map_type=expected.inline_map_def,
    )
