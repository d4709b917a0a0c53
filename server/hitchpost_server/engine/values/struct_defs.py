"""StructDefs as values need them: where they are looked up, and what a field must be.

It knows no values. A lookup may raise an exception of its own when it cannot
tell yet; nothing here catches it.
"""

from typing import Protocol

from hitchpost.v1.object_id_pb2 import StructDefId
from hitchpost.v1.struct_def_pb2 import StructDef
from hitchpost.v1.value_pb2 import InlineStructDef, StructFieldDef


class StructDefs(Protocol):
    """Where StructDefs are found."""

    def struct_def(self, name: str, version: int) -> StructDef | None:
        """Find a version, the latest if it is -1; None if there is none."""
        ...


def definition_of(struct_def_id: StructDefId, struct_defs: StructDefs) -> InlineStructDef | None:
    """Find the fields of a struct; None if the StructDef does not exist any more."""
    found = struct_defs.struct_def(struct_def_id.name, struct_def_id.version)
    return None if found is None else found.struct_def


def is_required(field: StructFieldDef) -> bool:
    """Whether a struct must have a field."""
    return not field.HasField("default_value") and not field.is_nullable


def required_fields(definition: InlineStructDef) -> set[str]:
    """Name the fields that a struct must have."""
    return {name for name, field in definition.fields.items() if is_required(field)}
