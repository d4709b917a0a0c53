"""What Python types are marked with, where Python has no word for what the contract can say.

It knows no message. What the marks mean is read in `_types`, `_structs` and `_values`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

Item = TypeVar("Item")
Key = TypeVar("Key")
Class = TypeVar("Class", bound=type)

_MARK = "__hitchpost_struct__"


class Array(list[Item]):
    """A list that is an array and not JSON; as a type `Array[int]`, as a value `Array([1, 2])`.

    Inside of a struct, plain lists are arrays already.
    """


class Map(dict[Key, Item]):
    """A dict that is a map and not JSON; as a type `Map[str, int]`, as a value `Map({"a": 1})`.

    Inside of a struct, plain dicts are maps already.
    """


@dataclass(frozen=True)
class Field:
    """What a type cannot say of a field or an input, as in `Annotated[str, Field(masked=True)]`.

    `name` is its name in the definition; absent, `first_name` is called `firstName` in a
    struct and `first_name` elsewhere. A `masked` one is readable for tasks only.
    `description` and `display_name` are for people, the latter in forms of user tasks.
    """

    name: str | None = None
    masked: bool = False
    description: str | None = None
    display_name: str | None = None


@dataclass(frozen=True)
class StructName:
    """Which StructDef a class stands for. `version` None means the latest."""

    name: str
    version: int | None
    description: str | None


@dataclass_transform()
def struct(
    name: str, *, version: int | None = None, description: str | None = None
) -> Callable[[Class], Class]:
    """Make a class a dataclass whose instances are structs of the StructDef of that name.

        @hitchpost.struct("customer")
        class Customer:
            first_name: str
            email: Annotated[str, hitchpost.Field(masked=True)]
            tags: list[str] = field(default_factory=list)
            referrer: str | None = None

    Fields are of the types that values have, other structs, lists and dicts of those. A
    default makes a field optional, and so does `| None`. `Client.put_struct_def` defines it;
    `version` restricts it to one version of the definition, absent means the latest.
    """

    def mark(cls: Class) -> Class:
        if "__dataclass_fields__" not in vars(cls):
            dataclass(cls)
        setattr(cls, _MARK, StructName(name, version, description))
        return cls

    return mark


def struct_name(kind: object) -> StructName | None:
    """Say which StructDef a class stands for, if it stands for one."""
    found = vars(kind).get(_MARK) if isinstance(kind, type) else None
    return found if isinstance(found, StructName) else None
