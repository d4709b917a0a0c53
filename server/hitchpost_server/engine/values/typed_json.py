"""JSON documents as values of declared types: the way back from `json_documents.to_json`.

What JSON has no words for is read from text, as casts do. A document that does
not fit is left to be what it is by itself: admission says then what is wrong.
It bounds what it makes, since a short document may stand for a large value.
"""

from collections.abc import Callable

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost_server.engine.values.casts import cast
from hitchpost_server.engine.values.errors import EvaluationError, MisfitError
from hitchpost_server.engine.values.json_documents import from_json
from hitchpost_server.engine.values.json_texts import Json
from hitchpost_server.engine.values.limits import NESTING_MAX
from hitchpost_server.engine.values.nesting import TOO_DEEP
from hitchpost_server.engine.values.scalars import check_length, str_value
from hitchpost_server.engine.values.struct_defs import StructDefs, definition_of
from hitchpost_server.engine.values.type_definitions import (
    STR,
    entry_type,
    item_type,
    key_type,
    kind_of,
    normalised,
    type_name,
)

# Bytes that a part takes within an array, a map or a struct, at the least.
_FRAME_BYTES = 2


def typed(document: Json, wanted: TypeDefinition | None, struct_defs: StructDefs) -> VariableValue:
    """Read a document as a value of a type, None if that is not known.

    Raises EvaluationError for text that is to be something else and cannot be,
    and for a value that would be too large or nested too deeply.
    """
    return _Reading(struct_defs).take(document, wanted, 1)


class _Reading:
    """One document's way, part by part; a `level` counts the messages around a part."""

    __slots__ = ("_bytes", "_struct_defs")

    def __init__(self, struct_defs: StructDefs) -> None:
        self._struct_defs = struct_defs
        self._bytes = 0

    def take(self, document: Json, wanted: TypeDefinition | None, level: int) -> VariableValue:
        """Read a document at a level."""
        if level > NESTING_MAX:
            raise MisfitError(TOO_DEEP)
        read = None if wanted is None else _READERS.get((kind_of(wanted), type(document)))
        if read is not None and wanted is not None:
            return read(self, document, wanted, level)
        value = from_json(document)
        self._count(value.ByteSize())
        return value

    def _count(self, size: int) -> None:
        self._bytes += size + _FRAME_BYTES
        check_length(self._bytes)

    def double(self, document: Json, _wanted: TypeDefinition, _level: int) -> VariableValue:
        """Read an integer where a DOUBLE is wanted."""
        try:
            value = VariableValue(double=float(document))
        except OverflowError:
            raise EvaluationError("The number is too large for a DOUBLE") from None
        self._count(value.ByteSize())
        return value

    def cast(self, document: Json, wanted: TypeDefinition, _level: int) -> VariableValue:
        """Read text as what it was before it was cast to STR."""
        value = cast(from_json(document), wanted)
        self._count(value.ByteSize())
        return value

    def timestamp(self, document: Json, _wanted: TypeDefinition, _level: int) -> VariableValue:
        """Read text as a moment."""
        moment = Timestamp()
        try:
            moment.FromJsonString(document)
        except (ValueError, OverflowError):
            raise EvaluationError("The text is not a TIMESTAMP in ISO 8601") from None
        self._count(moment.ByteSize())
        return VariableValue(utc_timestamp=moment)

    def array(self, document: Json, wanted: TypeDefinition, level: int) -> VariableValue:
        """Read a list as an array, item by item."""
        item, items = item_type(wanted), list[VariableValue]()
        try:
            for each in document:
                items.append(self.take(each, item, level + 2))
        except EvaluationError as error:
            raise _within(f"item {len(items)}", error) from error
        return VariableValue(array=values.Array(items=items))

    def map(self, document: Json, wanted: TypeDefinition, level: int) -> VariableValue:
        """Read an object as a map, entry by entry."""
        keys, entry = key_type(wanted) or STR, entry_type(wanted)
        content = values.Map()
        for index, (key, each) in enumerate(document.items()):
            try:
                read = self._key(key, keys, level + 3)
            except EvaluationError as error:
                raise _within(f"key of entry {index}", error) from error
            try:
                content.entries.add(key=read, value=self.take(each, entry, level + 3))
            except EvaluationError as error:
                raise _within(f"value of entry {index}", error) from error
        if len({each.key.SerializeToString() for each in content.entries}) < len(document):
            raise EvaluationError(f"Two keys are the same {type_name(keys)}")
        return VariableValue(map=content)

    def _key(self, key: str, wanted: TypeDefinition, level: int) -> VariableValue:
        if (kind_of(wanted), str) in _READERS:
            return self.take(key, wanted, level)
        return self.cast(key, wanted, level)

    def struct(self, document: Json, wanted: TypeDefinition, level: int) -> VariableValue:
        """Read an object as a struct, field by field."""
        definition = definition_of(wanted.struct_def_id, self._struct_defs)
        fields = {} if definition is None else definition.fields
        struct = values.Struct(struct_def_id=wanted.struct_def_id)
        self._count(wanted.struct_def_id.ByteSize())
        for name, each in document.items():
            str_value(name)  # a name that is no text cannot be quoted either
            field = normalised(fields[name].field_type) if name in fields else None
            try:
                struct.struct.fields[name].value.CopyFrom(self.take(each, field, level + 5))
            except EvaluationError as error:
                raise _within(f"field {name}", error) from error
        return VariableValue(struct=struct)


def _within(where: str, error: EvaluationError) -> EvaluationError:
    return type(error)(f"{where}: {error}")


_Read = Callable[[_Reading, Json, TypeDefinition, int], VariableValue]

# The kind of value that is wanted and the kind of document there is: those that are not here
# are what they are.
_READERS: dict[tuple[str, type], _Read] = {
    ("double", int): _Reading.double,
    ("bytes", str): _Reading.cast,
    ("wf_run_id", str): _Reading.cast,
    ("utc_timestamp", str): _Reading.timestamp,
    ("array", list): _Reading.array,
    ("map", dict): _Reading.map,
    ("struct", dict): _Reading.struct,
}
