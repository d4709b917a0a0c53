"""The fields of classes that stand for StructDefs or forms. It knows classes and no value."""

import dataclasses
import typing
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from hitchpost._marks import Field, StructName, struct_name
from hitchpost._types import masked, type_definition, without_mark, without_none
from hitchpost.v1.value_pb2 import TypeDefinition


@dataclass(frozen=True)
class Member:
    """One field of a class: its name there and in the definition, its type and its default."""

    attribute: str
    kind: object  # without `Annotated` and `| None`
    nullable: bool
    mark: Field
    default: object  # dataclasses.MISSING if there is none

    @property
    def name(self) -> str:
        """Its name in a StructDef, which allows no underscore."""
        return self.mark.name or _camel_case(self.attribute)

    @cached_property
    def definition(self) -> TypeDefinition:
        """Its type in a StructDef."""
        definition = type_definition(self.kind, native=True)
        return masked(definition) if self.mark.masked else definition

    @property
    def optional(self) -> bool:
        """Whether it may be left out."""
        return self.nullable or self.default is not dataclasses.MISSING


def members(cls: type) -> tuple[Member, ...]:
    """Give the fields of a dataclass, in order."""
    return _members(cls)


@cache
def _members(cls: Any) -> tuple[Member, ...]:
    hints = typing.get_type_hints(cls, include_extras=True)
    return tuple(_member(one, hints[one.name]) for one in dataclasses.fields(cls) if one.init)


def named(cls: type) -> StructName:
    """Give the StructDef that a class stands for. Raises TypeError."""
    name = struct_name(cls)
    if name is None:
        raise TypeError(f"{cls!r} is no struct; decorate it with hitchpost.struct")
    return name


def field_name(cls: object, attribute: str) -> str:
    """Give a field's name in the StructDef; a name that the class does not know stays as it is."""
    if isinstance(cls, type) and struct_name(cls) is not None:
        return next((one.name for one in members(cls) if one.attribute == attribute), attribute)
    return attribute


def field_kind(cls: object, name: str) -> object | None:
    """Give the Python type of a field by its name in the StructDef, if the class is known."""
    if isinstance(cls, type) and struct_name(cls) is not None:
        return next((one.kind for one in members(cls) if one.name == name), None)
    return None


def _member(described: "dataclasses.Field[Any]", annotation: object) -> Member:
    plain, mark = without_mark(annotation)
    kind, nullable = without_none(plain)
    kind, inner = without_mark(kind)  # Annotated[T, ...] | None
    default = described.default
    if described.default_factory is not dataclasses.MISSING:
        default = described.default_factory()
    return Member(described.name, kind, nullable, inner if mark == Field() else mark, default)


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
