"""How paths go into values, and what type is found there. It knows types and no expression."""

from hitchpost._errors import WorkflowInvalid
from hitchpost._structs import field_kind, field_name
from hitchpost._types import items_of
from hitchpost.v1.assignment_pb2 import LHPath
from hitchpost.v1.value_pb2 import TypeDefinition

_NATIVE = ("struct_def_id", "inline_array_def", "inline_map_def")


def is_native(declared: TypeDefinition | None) -> bool:
    """Say whether a type is known to be a struct, array or map, which no JSONPath goes into."""
    return declared is not None and declared.WhichOneof("defined_type") in _NATIVE


def item_type(declared: TypeDefinition | None) -> TypeDefinition | None:
    """Give the type of an array's items or a map's keys, if it is known."""
    kind = None if declared is None else declared.WhichOneof("defined_type")
    if declared is None or kind not in ("inline_array_def", "inline_map_def"):
        return None
    if kind == "inline_array_def":
        return declared.inline_array_def.array_type
    return declared.inline_map_def.key_type


def select(selector: LHPath.Selector, kind: object, key: str | int) -> None:
    """Write down one step of a path: a key, an index, or the attribute of a class of `struct`."""
    if isinstance(key, str):
        selector.key = field_name(kind, key)
    elif key < 0:
        raise WorkflowInvalid(f"there is no index {key}: they count from 0")
    else:
        selector.index = key


def part_kind(kind: object, key: object) -> object | None:
    """Give the Python type that a step leads to, if it is known."""
    if items := items_of(kind):
        return items[-1]
    return field_kind(kind, field_name(kind, key)) if isinstance(key, str) else None


def json_step(key: str | int) -> str:
    """Write down one step of a JSONPath."""
    if isinstance(key, int):
        return f"[{key}]"
    if key.isascii() and key.isidentifier():
        return f".{key}"
    escaped = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
