"""What can be done to lists, objects, arrays, maps and bytes: new ones with more or less in them.

Nothing given is changed. It knows neither which operation is allowed for which
type nor what a variable is.
"""

from collections.abc import Iterable

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import VariableValue
from hitchpost_server.engine.values.admission import admitted
from hitchpost_server.engine.values.arithmetic import index
from hitchpost_server.engine.values.casts import text
from hitchpost_server.engine.values.errors import EvaluationError, MisfitError
from hitchpost_server.engine.values.json_documents import document_of, to_json
from hitchpost_server.engine.values.json_texts import Json, canonical, write
from hitchpost_server.engine.values.scalars import bounded, check_length
from hitchpost_server.engine.values.type_definitions import item_type, kind_of
from hitchpost_server.engine.values.types import (
    is_assignable,
    is_null,
    type_name,
    type_of,
)


def append_json(left: VariableValue, right: VariableValue) -> VariableValue:
    """Add anything to a JSON_ARR as one element."""
    return _json_array([*_elements(left), to_json(right, text)])


def extend_json(left: VariableValue, right: VariableValue) -> VariableValue:
    """Concatenate a JSON_ARR and another list."""
    if right.WhichOneof("value") not in ("json_arr", "array"):
        raise _misfit("extend", left, right)
    return _json_array([*_elements(left), *to_json(right, text)])


def remove_from_json(left: VariableValue, right: VariableValue) -> VariableValue:
    """Remove all elements of a JSON_ARR that are equal; 5 does not equal 5.0."""
    unwanted = canonical(to_json(right, text))
    return _json_array([each for each in _elements(left) if canonical(each) != unwanted])


def remove_index_from_json(left: VariableValue, right: VariableValue) -> VariableValue:
    """Remove the element of a JSON_ARR at an index."""
    elements = _elements(left)
    del elements[_index_within(right, len(elements))]
    return _json_array(elements)


def remove_key_from_json(left: VariableValue, right: VariableValue) -> VariableValue:
    """Remove a key of a JSON_OBJ, if it is there."""
    document = document_of(left)
    document.pop(text(right), None)
    return VariableValue(json_obj=write(document))


def _elements(value: VariableValue) -> list[Json]:
    elements: list[Json] = document_of(value)
    return elements


def _json_array(elements: list[Json]) -> VariableValue:
    return VariableValue(json_arr=write(elements))


def extend_bytes(left: VariableValue, right: VariableValue) -> VariableValue:
    """Concatenate BYTES."""
    if not right.HasField("bytes"):
        raise _misfit("extend", left, right)
    check_length(len(left.bytes) + len(right.bytes))
    return VariableValue(bytes=left.bytes + right.bytes)


def extend_array(left: VariableValue, right: VariableValue) -> VariableValue:
    """Append an item to an ARRAY, or all items of another of the same type."""
    whole = type_of(left)
    assert whole is not None
    item = item_type(whole)
    given = type_of(right)
    if item is not None and _is_item(right, item):
        added = [right]
    elif given is not None and kind_of(given) == "array" and is_assignable(given, whole):
        added = list(right.array.items)
        item = item or item_type(given)
    elif item is None and given is not None:
        added, item = [right], given
    else:
        raise _misfit("extend", left, right)
    return _array(left, [*left.array.items, *added], item)


def _is_item(value: VariableValue, item: values.TypeDefinition) -> bool:
    """Tell whether an array may hold a value; structs in it were looked into before."""
    try:
        admitted(value, item, None)
    except MisfitError:
        return False
    return is_assignable(type_of(value), item)


def remove_from_array(left: VariableValue, right: VariableValue) -> VariableValue:
    """Remove all items of an ARRAY that are equal."""
    whole = type_of(left)
    assert whole is not None
    item = item_type(whole)
    unwanted = right if item is None or not _is_item(right, item) else admitted(right, item, None)
    return _array(left, [each for each in left.array.items if each != unwanted])


def remove_index_from_array(left: VariableValue, right: VariableValue) -> VariableValue:
    """Remove the item of an ARRAY at an index."""
    items = list(left.array.items)
    del items[_index_within(right, len(items))]
    return _array(left, items)


def _array(
    left: VariableValue,
    items: list[VariableValue],
    item: values.TypeDefinition | None = None,
) -> VariableValue:
    if item is None and left.array.HasField("element_type"):
        item = left.array.element_type
    whole = values.TypeDefinition(inline_array_def=values.InlineArrayDef(array_type=item))
    made = bounded(VariableValue(array=values.Array(items=items, element_type=item)))
    return admitted(made, whole, None)


def extend_map(left: VariableValue, right: VariableValue) -> VariableValue:
    """Merge a MAP into another: entries with known keys are replaced in place."""
    if not right.HasField("map") or not is_assignable(type_of(right), type_of(left)):
        raise _misfit("extend", left, right)
    entries = {entry_key(entry.key): entry for entry in left.map.entries}
    entries.update({entry_key(entry.key): entry for entry in right.map.entries})
    return _map(left if left.map.HasField("map_type") else right, list(entries.values()))


def remove_key_from_map(left: VariableValue, right: VariableValue) -> VariableValue:
    """Remove a key of a MAP, if it is there."""
    return _map(left, [entry for entry in left.map.entries if entry.key != right])


def built_map(
    pairs: Iterable[tuple[VariableValue, VariableValue]], map_type: values.InlineMapDef | None
) -> VariableValue:
    """Build a MAP of keys and values; of equal keys the last counts."""
    entries = {entry_key(key): values.Map.Entry(key=key, value=value) for key, value in pairs}
    built = VariableValue(map=values.Map(entries=list(entries.values()), map_type=map_type))
    whole = type_of(bounded(built))
    try:
        return admitted(built, whole, None)
    except MisfitError as error:
        raise EvaluationError(f"The map cannot be built: {error}") from error


def entry_key(key: VariableValue) -> bytes:
    """Make something of a map's key that can be looked up."""
    return key.SerializeToString(deterministic=True)


def _map(typed: VariableValue, entries: list[values.Map.Entry]) -> VariableValue:
    map_type = typed.map.map_type if typed.map.HasField("map_type") else None
    return bounded(VariableValue(map=values.Map(entries=entries, map_type=map_type)))


def _index_within(value: VariableValue, length: int) -> int:
    position = index(value)
    if not 0 <= position < length:
        raise EvaluationError(f"Index {position} is outside of {length} items")
    return position


def _misfit(verb: str, left: VariableValue, right: VariableValue) -> EvaluationError:
    other = "null" if is_null(right) else type_name(type_of(right))
    return EvaluationError(f"Cannot {verb} {type_name(type_of(left))} by {other}")


def size(value: VariableValue) -> int:
    """Count the elements of a list, or the units of UTF-16 of a STR, as Java does."""
    kind = value.WhichOneof("value")
    if kind == "str":
        return len(value.str.encode("utf-16-le")) // 2
    if kind == "json_arr":
        return len(_elements(value))
    if kind == "array":
        return len(value.array.items)
    given = "null" if is_null(value) else type_name(type_of(value))
    raise EvaluationError(f"Cannot resolve size() of {given}")
