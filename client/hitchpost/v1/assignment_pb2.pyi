from hitchpost.v1 import object_id_pb2 as _object_id_pb2
from hitchpost.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class VariableMutationType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ASSIGN: _ClassVar[VariableMutationType]
    ADD: _ClassVar[VariableMutationType]
    EXTEND: _ClassVar[VariableMutationType]
    SUBTRACT: _ClassVar[VariableMutationType]
    MULTIPLY: _ClassVar[VariableMutationType]
    DIVIDE: _ClassVar[VariableMutationType]
    REMOVE_IF_PRESENT: _ClassVar[VariableMutationType]
    REMOVE_INDEX: _ClassVar[VariableMutationType]
    REMOVE_KEY: _ClassVar[VariableMutationType]
    AND: _ClassVar[VariableMutationType]
    OR: _ClassVar[VariableMutationType]
    POW: _ClassVar[VariableMutationType]

class Comparator(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LESS_THAN: _ClassVar[Comparator]
    GREATER_THAN: _ClassVar[Comparator]
    LESS_THAN_EQ: _ClassVar[Comparator]
    GREATER_THAN_EQ: _ClassVar[Comparator]
    EQUALS: _ClassVar[Comparator]
    NOT_EQUALS: _ClassVar[Comparator]
    IN: _ClassVar[Comparator]
    NOT_IN: _ClassVar[Comparator]
ASSIGN: VariableMutationType
ADD: VariableMutationType
EXTEND: VariableMutationType
SUBTRACT: VariableMutationType
MULTIPLY: VariableMutationType
DIVIDE: VariableMutationType
REMOVE_IF_PRESENT: VariableMutationType
REMOVE_INDEX: VariableMutationType
REMOVE_KEY: VariableMutationType
AND: VariableMutationType
OR: VariableMutationType
POW: VariableMutationType
LESS_THAN: Comparator
GREATER_THAN: Comparator
LESS_THAN_EQ: Comparator
GREATER_THAN_EQ: Comparator
EQUALS: Comparator
NOT_EQUALS: Comparator
IN: Comparator
NOT_IN: Comparator

class VariableAssignment(_message.Message):
    __slots__ = ("json_path", "lh_path", "variable_name", "literal_value", "format_string", "node_output", "expression", "struct_builder", "size_of", "map_builder", "target_type")
    class FormatString(_message.Message):
        __slots__ = ("format", "args")
        FORMAT_FIELD_NUMBER: _ClassVar[int]
        ARGS_FIELD_NUMBER: _ClassVar[int]
        format: VariableAssignment
        args: _containers.RepeatedCompositeFieldContainer[VariableAssignment]
        def __init__(self, format: _Optional[_Union[VariableAssignment, _Mapping]] = ..., args: _Optional[_Iterable[_Union[VariableAssignment, _Mapping]]] = ...) -> None: ...
    class NodeOutputReference(_message.Message):
        __slots__ = ("node_name",)
        NODE_NAME_FIELD_NUMBER: _ClassVar[int]
        node_name: str
        def __init__(self, node_name: _Optional[str] = ...) -> None: ...
    class SizeOf(_message.Message):
        __slots__ = ("operand",)
        OPERAND_FIELD_NUMBER: _ClassVar[int]
        operand: VariableAssignment
        def __init__(self, operand: _Optional[_Union[VariableAssignment, _Mapping]] = ...) -> None: ...
    class Expression(_message.Message):
        __slots__ = ("lhs", "mutation_type", "comparator", "rhs")
        LHS_FIELD_NUMBER: _ClassVar[int]
        MUTATION_TYPE_FIELD_NUMBER: _ClassVar[int]
        COMPARATOR_FIELD_NUMBER: _ClassVar[int]
        RHS_FIELD_NUMBER: _ClassVar[int]
        lhs: VariableAssignment
        mutation_type: VariableMutationType
        comparator: Comparator
        rhs: VariableAssignment
        def __init__(self, lhs: _Optional[_Union[VariableAssignment, _Mapping]] = ..., mutation_type: _Optional[_Union[VariableMutationType, str]] = ..., comparator: _Optional[_Union[Comparator, str]] = ..., rhs: _Optional[_Union[VariableAssignment, _Mapping]] = ...) -> None: ...
    JSON_PATH_FIELD_NUMBER: _ClassVar[int]
    LH_PATH_FIELD_NUMBER: _ClassVar[int]
    VARIABLE_NAME_FIELD_NUMBER: _ClassVar[int]
    LITERAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    FORMAT_STRING_FIELD_NUMBER: _ClassVar[int]
    NODE_OUTPUT_FIELD_NUMBER: _ClassVar[int]
    EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    STRUCT_BUILDER_FIELD_NUMBER: _ClassVar[int]
    SIZE_OF_FIELD_NUMBER: _ClassVar[int]
    MAP_BUILDER_FIELD_NUMBER: _ClassVar[int]
    TARGET_TYPE_FIELD_NUMBER: _ClassVar[int]
    json_path: str
    lh_path: LHPath
    variable_name: str
    literal_value: _value_pb2.VariableValue
    format_string: VariableAssignment.FormatString
    node_output: VariableAssignment.NodeOutputReference
    expression: VariableAssignment.Expression
    struct_builder: StructBuilder
    size_of: VariableAssignment.SizeOf
    map_builder: MapBuilder
    target_type: _value_pb2.TypeDefinition
    def __init__(self, json_path: _Optional[str] = ..., lh_path: _Optional[_Union[LHPath, _Mapping]] = ..., variable_name: _Optional[str] = ..., literal_value: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., format_string: _Optional[_Union[VariableAssignment.FormatString, _Mapping]] = ..., node_output: _Optional[_Union[VariableAssignment.NodeOutputReference, _Mapping]] = ..., expression: _Optional[_Union[VariableAssignment.Expression, _Mapping]] = ..., struct_builder: _Optional[_Union[StructBuilder, _Mapping]] = ..., size_of: _Optional[_Union[VariableAssignment.SizeOf, _Mapping]] = ..., map_builder: _Optional[_Union[MapBuilder, _Mapping]] = ..., target_type: _Optional[_Union[_value_pb2.TypeDefinition, _Mapping]] = ...) -> None: ...

class StructBuilder(_message.Message):
    __slots__ = ("struct_def_id", "value")
    STRUCT_DEF_ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    struct_def_id: _object_id_pb2.StructDefId
    value: InlineStructBuilder
    def __init__(self, struct_def_id: _Optional[_Union[_object_id_pb2.StructDefId, _Mapping]] = ..., value: _Optional[_Union[InlineStructBuilder, _Mapping]] = ...) -> None: ...

class InlineStructBuilder(_message.Message):
    __slots__ = ("fields",)
    class FieldsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: InlineStructFieldValue
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[InlineStructFieldValue, _Mapping]] = ...) -> None: ...
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    fields: _containers.MessageMap[str, InlineStructFieldValue]
    def __init__(self, fields: _Optional[_Mapping[str, InlineStructFieldValue]] = ...) -> None: ...

class InlineStructFieldValue(_message.Message):
    __slots__ = ("simple_value", "sub_structure")
    SIMPLE_VALUE_FIELD_NUMBER: _ClassVar[int]
    SUB_STRUCTURE_FIELD_NUMBER: _ClassVar[int]
    simple_value: VariableAssignment
    sub_structure: InlineStructBuilder
    def __init__(self, simple_value: _Optional[_Union[VariableAssignment, _Mapping]] = ..., sub_structure: _Optional[_Union[InlineStructBuilder, _Mapping]] = ...) -> None: ...

class MapBuilder(_message.Message):
    __slots__ = ("entries", "map_type")
    class Entry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: VariableAssignment
        value: VariableAssignment
        def __init__(self, key: _Optional[_Union[VariableAssignment, _Mapping]] = ..., value: _Optional[_Union[VariableAssignment, _Mapping]] = ...) -> None: ...
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    MAP_TYPE_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[MapBuilder.Entry]
    map_type: _value_pb2.InlineMapDef
    def __init__(self, entries: _Optional[_Iterable[_Union[MapBuilder.Entry, _Mapping]]] = ..., map_type: _Optional[_Union[_value_pb2.InlineMapDef, _Mapping]] = ...) -> None: ...

class VariableMutation(_message.Message):
    __slots__ = ("lhs_name", "lhs_json_path", "lhs_lh_path", "operation", "rhs_assignment", "literal_value", "node_output")
    class NodeOutputSource(_message.Message):
        __slots__ = ("jsonpath", "lh_path")
        JSONPATH_FIELD_NUMBER: _ClassVar[int]
        LH_PATH_FIELD_NUMBER: _ClassVar[int]
        jsonpath: str
        lh_path: LHPath
        def __init__(self, jsonpath: _Optional[str] = ..., lh_path: _Optional[_Union[LHPath, _Mapping]] = ...) -> None: ...
    LHS_NAME_FIELD_NUMBER: _ClassVar[int]
    LHS_JSON_PATH_FIELD_NUMBER: _ClassVar[int]
    LHS_LH_PATH_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    RHS_ASSIGNMENT_FIELD_NUMBER: _ClassVar[int]
    LITERAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    NODE_OUTPUT_FIELD_NUMBER: _ClassVar[int]
    lhs_name: str
    lhs_json_path: str
    lhs_lh_path: LHPath
    operation: VariableMutationType
    rhs_assignment: VariableAssignment
    literal_value: _value_pb2.VariableValue
    node_output: VariableMutation.NodeOutputSource
    def __init__(self, lhs_name: _Optional[str] = ..., lhs_json_path: _Optional[str] = ..., lhs_lh_path: _Optional[_Union[LHPath, _Mapping]] = ..., operation: _Optional[_Union[VariableMutationType, str]] = ..., rhs_assignment: _Optional[_Union[VariableAssignment, _Mapping]] = ..., literal_value: _Optional[_Union[_value_pb2.VariableValue, _Mapping]] = ..., node_output: _Optional[_Union[VariableMutation.NodeOutputSource, _Mapping]] = ...) -> None: ...

class LHPath(_message.Message):
    __slots__ = ("path",)
    class Selector(_message.Message):
        __slots__ = ("key", "index", "dynamic")
        KEY_FIELD_NUMBER: _ClassVar[int]
        INDEX_FIELD_NUMBER: _ClassVar[int]
        DYNAMIC_FIELD_NUMBER: _ClassVar[int]
        key: str
        index: int
        dynamic: VariableAssignment
        def __init__(self, key: _Optional[str] = ..., index: _Optional[int] = ..., dynamic: _Optional[_Union[VariableAssignment, _Mapping]] = ...) -> None: ...
    PATH_FIELD_NUMBER: _ClassVar[int]
    path: _containers.RepeatedCompositeFieldContainer[LHPath.Selector]
    def __init__(self, path: _Optional[_Iterable[_Union[LHPath.Selector, _Mapping]]] = ...) -> None: ...
