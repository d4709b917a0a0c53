"""How the fields of a StructDef may differ from those of an earlier version.

A table: what each compatibility type forbids. It knows two versions and no values.
"""

from collections.abc import Callable

from hitchpost.v1.struct_def_pb2 import (
    FULLY_COMPATIBLE_SCHEMA_UPDATES,
    NO_SCHEMA_UPDATES,
    StructDefCompatibilityType,
)
from hitchpost.v1.value_pb2 import InlineStructDef, StructFieldDef
from hitchpost_server.engine.values.struct_defs import required_fields


def _new_or_changed(new: InlineStructDef, old: InlineStructDef) -> set[str]:
    """Name the fields that are new or changed. LittleHorse lets fields go here, and so do we."""
    return {
        name
        for name, field in new.fields.items()
        if name not in old.fields or _bytes(field) != _bytes(old.fields[name])
    }


def _bytes(field: StructFieldDef) -> bytes:
    # By bytes: messages with a NaN in them never equal themselves.
    return field.SerializeToString(deterministic=True)


def _required_and_different(new: InlineStructDef, old: InlineStructDef) -> set[str]:
    """Name the fields that are required in one version only, or of another type."""
    now, before = required_fields(new), required_fields(old)
    retyped = {
        name for name in now & before if new.fields[name].field_type != old.fields[name].field_type
    }
    return (now ^ before) | retyped


_FORBIDDEN: dict[int, Callable[[InlineStructDef, InlineStructDef], set[str]]] = {
    NO_SCHEMA_UPDATES: _new_or_changed,
    FULLY_COMPATIBLE_SCHEMA_UPDATES: _required_and_different,
}


def violations(
    new: InlineStructDef, old: InlineStructDef, allowed: StructDefCompatibilityType
) -> list[str]:
    """Name the fields that differ and may not, in order."""
    return sorted(_FORBIDDEN[allowed](new, old))
