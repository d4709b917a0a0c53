from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class LHStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STARTING: _ClassVar[LHStatus]
    RUNNING: _ClassVar[LHStatus]
    COMPLETED: _ClassVar[LHStatus]
    HALTING: _ClassVar[LHStatus]
    HALTED: _ClassVar[LHStatus]
    ERROR: _ClassVar[LHStatus]
    EXCEPTION: _ClassVar[LHStatus]

class MetadataStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACTIVE: _ClassVar[MetadataStatus]
    ARCHIVED: _ClassVar[MetadataStatus]
    TERMINATING: _ClassVar[MetadataStatus]

class LHErrorType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHILD_FAILURE: _ClassVar[LHErrorType]
    VAR_SUB_ERROR: _ClassVar[LHErrorType]
    VAR_MUTATION_ERROR: _ClassVar[LHErrorType]
    USER_TASK_CANCELLED: _ClassVar[LHErrorType]
    TIMEOUT: _ClassVar[LHErrorType]
    TASK_FAILURE: _ClassVar[LHErrorType]
    VAR_ERROR: _ClassVar[LHErrorType]
    TASK_ERROR: _ClassVar[LHErrorType]
    INTERNAL_ERROR: _ClassVar[LHErrorType]
STARTING: LHStatus
RUNNING: LHStatus
COMPLETED: LHStatus
HALTING: LHStatus
HALTED: LHStatus
ERROR: LHStatus
EXCEPTION: LHStatus
ACTIVE: MetadataStatus
ARCHIVED: MetadataStatus
TERMINATING: MetadataStatus
CHILD_FAILURE: LHErrorType
VAR_SUB_ERROR: LHErrorType
VAR_MUTATION_ERROR: LHErrorType
USER_TASK_CANCELLED: LHErrorType
TIMEOUT: LHErrorType
TASK_FAILURE: LHErrorType
VAR_ERROR: LHErrorType
TASK_ERROR: LHErrorType
INTERNAL_ERROR: LHErrorType
