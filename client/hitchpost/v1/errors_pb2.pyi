from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.rpc import code_pb2 as _code_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    MALFORMED_REQUEST: _ClassVar[ErrorReason]
    FIELD_INVALID: _ClassVar[ErrorReason]
    REQUEST_TOO_LARGE: _ClassVar[ErrorReason]
    UNSUPPORTED_CONSTRUCT: _ClassVar[ErrorReason]
    OBJECT_NOT_FOUND: _ClassVar[ErrorReason]
    TENANT_UNKNOWN: _ClassVar[ErrorReason]
    DEFINITION_EXISTS: _ClassVar[ErrorReason]
    DEFINITION_INVALID: _ClassVar[ErrorReason]
    BREAKING_CHANGE: _ClassVar[ErrorReason]
    DEFINITION_BUILT_IN: _ClassVar[ErrorReason]
    WF_RUN_EXISTS: _ClassVar[ErrorReason]
    INPUT_INVALID: _ClassVar[ErrorReason]
    NOT_RESCUABLE: _ClassVar[ErrorReason]
    PARENT_WF_RUN_NOT_FOUND: _ClassVar[ErrorReason]
    WF_RUN_TERMINATED: _ClassVar[ErrorReason]
    EXECUTION_MISMATCH: _ClassVar[ErrorReason]
    EXTERNAL_EVENT_DEF_NOT_FOUND: _ClassVar[ErrorReason]
    EXTERNAL_EVENT_EXISTS: _ClassVar[ErrorReason]
    CONTENT_TYPE_MISMATCH: _ClassVar[ErrorReason]
    CONTENT_TOO_LARGE: _ClassVar[ErrorReason]
    WF_RUN_NOT_FOUND: _ClassVar[ErrorReason]
    NOT_REFERENCED_BY_WF_SPEC: _ClassVar[ErrorReason]
    UNCONSUMED_EVENT_LIMIT: _ClassVar[ErrorReason]
    CORRELATED_EVENT_EXISTS: _ClassVar[ErrorReason]
    OBJECT_TOO_LARGE: _ClassVar[ErrorReason]
    OVERLOADED: _ClassVar[ErrorReason]
    STORE_UNAVAILABLE: _ClassVar[ErrorReason]
    SHUTTING_DOWN: _ClassVar[ErrorReason]
    USER_TASK_CLAIMED: _ClassVar[ErrorReason]
    USER_TASK_ENDED: _ClassVar[ErrorReason]
    COMMENT_UNAVAILABLE: _ClassVar[ErrorReason]
    MESSAGE_EXISTS: _ClassVar[ErrorReason]
    CONSUMER_MISMATCH: _ClassVar[ErrorReason]
    INTERNAL_FAULT: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
MALFORMED_REQUEST: ErrorReason
FIELD_INVALID: ErrorReason
REQUEST_TOO_LARGE: ErrorReason
UNSUPPORTED_CONSTRUCT: ErrorReason
OBJECT_NOT_FOUND: ErrorReason
TENANT_UNKNOWN: ErrorReason
DEFINITION_EXISTS: ErrorReason
DEFINITION_INVALID: ErrorReason
BREAKING_CHANGE: ErrorReason
DEFINITION_BUILT_IN: ErrorReason
WF_RUN_EXISTS: ErrorReason
INPUT_INVALID: ErrorReason
NOT_RESCUABLE: ErrorReason
PARENT_WF_RUN_NOT_FOUND: ErrorReason
WF_RUN_TERMINATED: ErrorReason
EXECUTION_MISMATCH: ErrorReason
EXTERNAL_EVENT_DEF_NOT_FOUND: ErrorReason
EXTERNAL_EVENT_EXISTS: ErrorReason
CONTENT_TYPE_MISMATCH: ErrorReason
CONTENT_TOO_LARGE: ErrorReason
WF_RUN_NOT_FOUND: ErrorReason
NOT_REFERENCED_BY_WF_SPEC: ErrorReason
UNCONSUMED_EVENT_LIMIT: ErrorReason
CORRELATED_EVENT_EXISTS: ErrorReason
OBJECT_TOO_LARGE: ErrorReason
OVERLOADED: ErrorReason
STORE_UNAVAILABLE: ErrorReason
SHUTTING_DOWN: ErrorReason
USER_TASK_CLAIMED: ErrorReason
USER_TASK_ENDED: ErrorReason
COMMENT_UNAVAILABLE: ErrorReason
MESSAGE_EXISTS: ErrorReason
CONSUMER_MISMATCH: ErrorReason
INTERNAL_FAULT: ErrorReason
STATUS_FIELD_NUMBER: _ClassVar[int]
status: _descriptor.FieldDescriptor
RETRY_CAN_HELP_FIELD_NUMBER: _ClassVar[int]
retry_can_help: _descriptor.FieldDescriptor
