"""What tests of definitions are written with: a builder of WfSpecs, and a small catalogue."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from spec_builder import Spec, typed

from hitchpost.v1.external_event_pb2 import ExternalEventDef, PutExternalEventDefRequest
from hitchpost.v1.struct_def_pb2 import (
    FULLY_COMPATIBLE_SCHEMA_UPDATES,
    PutStructDefRequest,
    StructDef,
)
from hitchpost.v1.task_pb2 import PutTaskDefRequest, TaskDef
from hitchpost.v1.user_task_pb2 import UserTaskDef
from hitchpost.v1.value_pb2 import ReturnType, StructFieldDef, TypeDefinition, VariableDef
from hitchpost.v1.wf_spec_pb2 import (
    PutWfSpecRequest,
    WfSpec,
)
from hitchpost.v1.workflow_event_pb2 import PutWorkflowEventDefRequest, WorkflowEventDef
from hitchpost_server.engine.definitions import built_in
from hitchpost_server.engine.definitions.catalogue import WfSpecVersion
from hitchpost_server.engine.definitions.external_event_defs import put_external_event_def
from hitchpost_server.engine.definitions.struct_defs import put_struct_def
from hitchpost_server.engine.definitions.task_defs import put_task_def
from hitchpost_server.engine.definitions.wf_specs import put_wf_spec
from hitchpost_server.engine.definitions.workflow_event_defs import put_workflow_event_def


@dataclass
class Catalogue:
    """Definitions that exist."""

    task_defs: dict[str, TaskDef] = field(default_factory=dict)
    external_event_defs: dict[str, ExternalEventDef] = field(default_factory=dict)
    workflow_event_defs: dict[str, WorkflowEventDef] = field(
        default_factory=lambda: dict(built_in.WORKFLOW_EVENT_DEFS)
    )
    wf_specs: dict[str, WfSpec] = field(default_factory=dict)
    user_task_defs: dict[str, UserTaskDef] = field(default_factory=dict)
    struct_defs: dict[str, list[StructDef]] = field(default_factory=dict)

    def task_def(self, name: str) -> TaskDef | None:
        return self.task_defs.get(name)

    def external_event_def(self, name: str) -> ExternalEventDef | None:
        return self.external_event_defs.get(name)

    def workflow_event_def(self, name: str) -> WorkflowEventDef | None:
        return self.workflow_event_defs.get(name)

    def wf_spec_version(self, version: WfSpecVersion) -> WfSpec | None:
        return self.wf_specs.get(version.name)

    def user_task_def(self, name: str, _version: int) -> UserTaskDef | None:
        return self.user_task_defs.get(name)

    def struct_def(self, name: str, version: int) -> StructDef | None:
        versions = self.struct_defs.get(name, [])
        return versions[version] if -1 <= version < len(versions) and versions else None

    def add_struct(
        self, name: str, /, **fields: int | TypeDefinition | StructFieldDef
    ) -> StructDef:
        """Put the next version of a StructDef."""
        request = PutStructDefRequest(name=name, allowed_updates=FULLY_COMPATIBLE_SCHEMA_UPDATES)
        for field_name, each in fields.items():
            one = each if isinstance(each, StructFieldDef) else None
            request.struct_def.fields[field_name].CopyFrom(
                one or StructFieldDef(field_type=typed(each))
            )
        latest = self.struct_def(name, -1)
        put = put_struct_def(request, latest, self, Timestamp())
        if put is not latest:
            self.struct_defs.setdefault(name, []).append(put)
        return put

    def add_task(self, name: str, *inputs: int | TypeDefinition, output: int | None = None) -> None:
        request = PutTaskDefRequest(
            name=name,
            input_vars=[
                VariableDef(name=f"{index}-input", type_def=typed(each))
                for index, each in enumerate(inputs)
            ],
            return_type=ReturnType(return_type=None if output is None else typed(output)),
        )
        self.task_defs[name] = put_task_def(request, None, self, Timestamp())

    def add_workflow_event(self, name: str) -> None:
        request = PutWorkflowEventDefRequest(name=name)
        self.workflow_event_defs[name] = put_workflow_event_def(request, None, self, Timestamp())

    def add_event(self, name: str, content: int | None = None) -> None:
        request = PutExternalEventDefRequest(name=name)
        if content is not None:
            request.content_type.return_type.primitive_type = content
        self.external_event_defs[name] = put_external_event_def(request, None, self, Timestamp())


@pytest.fixture
def spec() -> type[Spec]:
    return Spec


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture
def now() -> Timestamp:
    return Timestamp(seconds=1_700_000_000)


@pytest.fixture
def put(catalogue: Catalogue, now: Timestamp) -> Callable[..., WfSpec]:
    """Put what a builder built, or any request."""

    def put_it(built: Spec | PutWfSpecRequest, latest: WfSpec | None = None) -> WfSpec:
        request = built.request if isinstance(built, Spec) else built
        return put_wf_spec(request, latest, catalogue, now)

    return put_it
