"""JSON documents as values of declared types: the way back from `json_documents.to_json`.

What JSON has no words for is read from text, as casts do. A document that does
not fit is left to be what it is by itself: admission says then what is wrong.
"""

from collections.abc import Callable

from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import TypeDefinition, VariableValue
from hitchpost_server.engine.values.casts import cast
from hitchpost_server.engine.values.errors import EvaluationError
from hitchpost_server.engine.values.json_documents import from_json
from hitchpost_server.engine.values.json_texts import Json
from hitchpost_server.engine.values.struct_defs import StructDefs, definition_of
from hitchpost_server.engine.values.type_definitions import (
    STR,
    entry_type,
    item_type,
    key_type,
    kind_of,
    normalised,
)

Reader = Callable[[Json, TypeDefinition, StructDefs], VariableValue]


def typed(document: Json, wanted: TypeDefinition | None, struct_defs: StructDefs) -> VariableValue:
    """Read a document as a value of a type, None if that is not known.

    Raises EvaluationError for text that is to be something else and cannot be.
    """
    read = None if wanted is None else _READERS.get((kind_of(wanted), type(document)))
    if read is None or wanted is None:
        return from_json(document)
    return read(document, wanted, struct_defs)


def _double(document: Json, _wanted: TypeDefinition, _struct_defs: StructDefs) -> VariableValue:
    return VariableValue(double=float(document))


def _cast(document: Json, wanted: TypeDefinition, _struct_defs: StructDefs) -> VariableValue:
    return cast(from_json(document), wanted)


def _timestamp(document: Json, _wanted: TypeDefinition, _struct_defs: StructDefs) -> VariableValue:
    moment = Timestamp()
    try:
        moment.FromJsonString(document)
    except ValueError:
        raise EvaluationError("The text is not a TIMESTAMP in ISO 8601") from None
    return VariableValue(utc_timestamp=moment)


def _array(document: Json, wanted: TypeDefinition, struct_defs: StructDefs) -> VariableValue:
    item = item_type(wanted)
    items = [typed(one, item, struct_defs) for one in document]
    return VariableValue(array=values.Array(items=items))


def _map(document: Json, wanted: TypeDefinition, struct_defs: StructDefs) -> VariableValue:
    entry = entry_type(wanted)
    entries = [
        values.Map.Entry(
            key=cast(from_json(key), key_type(wanted) or STR),
            value=typed(value, entry, struct_defs),
        )
        for key, value in document.items()
    ]
    return VariableValue(map=values.Map(entries=entries))


def _struct(document: Json, wanted: TypeDefinition, struct_defs: StructDefs) -> VariableValue:
    definition = definition_of(wanted.struct_def_id, struct_defs)
    fields = {} if definition is None else definition.fields
    struct = values.Struct(struct_def_id=wanted.struct_def_id)
    for name, value in document.items():
        field = normalised(fields[name].field_type) if name in fields else None
        struct.struct.fields[name].value.CopyFrom(typed(value, field, struct_defs))
    return VariableValue(struct=struct)


# The kind of value that is wanted and the kind of document there is: those that are not here
# are what they are.
_READERS: dict[tuple[str, type], Reader] = {
    ("double", int): _double,
    ("bytes", str): _cast,
    ("wf_run_id", str): _cast,
    ("utc_timestamp", str): _timestamp,
    ("array", list): _array,
    ("map", dict): _map,
    ("struct", dict): _struct,
}
