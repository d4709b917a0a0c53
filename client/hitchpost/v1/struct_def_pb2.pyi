import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from hitchpost.v1 import object_id_pb2 as _object_id_pb2
from hitchpost.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StructDefCompatibilityType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NO_SCHEMA_UPDATES: _ClassVar[StructDefCompatibilityType]
    FULLY_COMPATIBLE_SCHEMA_UPDATES: _ClassVar[StructDefCompatibilityType]
NO_SCHEMA_UPDATES: StructDefCompatibilityType
FULLY_COMPATIBLE_SCHEMA_UPDATES: StructDefCompatibilityType

class PutStructDefRequest(_message.Message):
    __slots__ = ("name", "description", "struct_def", "allowed_updates")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    STRUCT_DEF_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_UPDATES_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    struct_def: _value_pb2.InlineStructDef
    allowed_updates: StructDefCompatibilityType
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., struct_def: _Optional[_Union[_value_pb2.InlineStructDef, _Mapping]] = ..., allowed_updates: _Optional[_Union[StructDefCompatibilityType, str]] = ...) -> None: ...

class ValidateStructDefEvolutionRequest(_message.Message):
    __slots__ = ("struct_def_id", "struct_def", "compatibility_type")
    STRUCT_DEF_ID_FIELD_NUMBER: _ClassVar[int]
    STRUCT_DEF_FIELD_NUMBER: _ClassVar[int]
    COMPATIBILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    struct_def_id: _object_id_pb2.StructDefId
    struct_def: _value_pb2.InlineStructDef
    compatibility_type: StructDefCompatibilityType
    def __init__(self, struct_def_id: _Optional[_Union[_object_id_pb2.StructDefId, _Mapping]] = ..., struct_def: _Optional[_Union[_value_pb2.InlineStructDef, _Mapping]] = ..., compatibility_type: _Optional[_Union[StructDefCompatibilityType, str]] = ...) -> None: ...

class ValidateStructDefEvolutionResponse(_message.Message):
    __slots__ = ("is_valid",)
    IS_VALID_FIELD_NUMBER: _ClassVar[int]
    is_valid: bool
    def __init__(self, is_valid: bool = ...) -> None: ...

class DeleteStructDefRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.StructDefId
    def __init__(self, id: _Optional[_Union[_object_id_pb2.StructDefId, _Mapping]] = ...) -> None: ...

class StructDef(_message.Message):
    __slots__ = ("id", "description", "created_at", "struct_def")
    ID_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    STRUCT_DEF_FIELD_NUMBER: _ClassVar[int]
    id: _object_id_pb2.StructDefId
    description: str
    created_at: _timestamp_pb2.Timestamp
    struct_def: _value_pb2.InlineStructDef
    def __init__(self, id: _Optional[_Union[_object_id_pb2.StructDefId, _Mapping]] = ..., description: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., struct_def: _Optional[_Union[_value_pb2.InlineStructDef, _Mapping]] = ...) -> None: ...
