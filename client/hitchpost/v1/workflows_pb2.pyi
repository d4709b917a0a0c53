from google.protobuf import empty_pb2 as _empty_pb2
from hitchpost.v1 import correlated_event_pb2 as _correlated_event_pb2
from hitchpost.v1 import external_event_pb2 as _external_event_pb2
from hitchpost.v1 import node_run_pb2 as _node_run_pb2
from hitchpost.v1 import object_id_pb2 as _object_id_pb2
from hitchpost.v1 import principal_pb2 as _principal_pb2
from hitchpost.v1 import scheduled_wf_run_pb2 as _scheduled_wf_run_pb2
from hitchpost.v1 import struct_def_pb2 as _struct_def_pb2
from hitchpost.v1 import task_pb2 as _task_pb2
from hitchpost.v1 import user_task_pb2 as _user_task_pb2
from hitchpost.v1 import value_pb2 as _value_pb2
from hitchpost.v1 import wf_run_pb2 as _wf_run_pb2
from hitchpost.v1 import wf_spec_pb2 as _wf_spec_pb2
from hitchpost.v1 import workflow_event_pb2 as _workflow_event_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class LittleHorseVersion(_message.Message):
    __slots__ = ("major_version", "minor_version", "patch_version", "pre_release_identifier")
    MAJOR_VERSION_FIELD_NUMBER: _ClassVar[int]
    MINOR_VERSION_FIELD_NUMBER: _ClassVar[int]
    PATCH_VERSION_FIELD_NUMBER: _ClassVar[int]
    PRE_RELEASE_IDENTIFIER_FIELD_NUMBER: _ClassVar[int]
    major_version: int
    minor_version: int
    patch_version: int
    pre_release_identifier: str
    def __init__(self, major_version: _Optional[int] = ..., minor_version: _Optional[int] = ..., patch_version: _Optional[int] = ..., pre_release_identifier: _Optional[str] = ...) -> None: ...
