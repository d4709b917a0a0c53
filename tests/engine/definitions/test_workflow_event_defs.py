"""Putting WorkflowEventDefs."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.value_pb2 import (
    INT,
    JSON_OBJ,
    STR,
    ReturnType,
    StructFieldDef,
    TypeDefinition,
)
from hitchpost.v1.workflow_event_pb2 import PutWorkflowEventDefRequest
from hitchpost_server.engine.definitions.workflow_event_defs import put_workflow_event_def
from hitchpost_server.engine.errors import DefinitionExists, DefinitionInvalid, FieldInvalid

LATER = Timestamp(seconds=1_800_000_000)
TEXT = TypeDefinition(primitive_type=STR)


def shipped(*primitive_type, name="shipped", **settings):
    request = PutWorkflowEventDefRequest(name=name)
    for one in primitive_type:
        content = TypeDefinition(primitive_type=one, **settings)
        request.content_type.return_type.CopyFrom(content)
    return request


def test_a_definition_always_says_what_its_events_hold(catalogue, now):
    stored = put_workflow_event_def(shipped(), None, catalogue, now)
    assert stored.HasField("content_type")
    assert not stored.content_type.HasField("return_type")
    assert (stored.id.name, stored.created_at) == ("shipped", now)


def test_a_content_type_that_says_nothing_is_json_obj(catalogue, now):
    request = PutWorkflowEventDefRequest(
        name="shipped", content_type=ReturnType(return_type=TypeDefinition())
    )
    stored = put_workflow_event_def(request, None, catalogue, now)
    assert stored.content_type.return_type == TypeDefinition(primitive_type=JSON_OBJ)


def test_the_same_definition_again_is_the_stored_one(catalogue, now):
    stored = put_workflow_event_def(shipped(STR), None, catalogue, now)
    assert put_workflow_event_def(shipped(STR), stored, catalogue, LATER) is stored


@pytest.mark.parametrize("other", [shipped(INT), shipped(), shipped(STR, masked=True)])
def test_another_content_type_is_refused(catalogue, now, other):
    stored = put_workflow_event_def(shipped(STR), None, catalogue, now)
    with pytest.raises(DefinitionExists):
        put_workflow_event_def(other, stored, catalogue, LATER)


@pytest.mark.parametrize("name", ["", "-shipped", "ship ped", "x" * 300])
def test_a_name_that_is_none_is_refused(catalogue, now, name):
    with pytest.raises(FieldInvalid):
        put_workflow_event_def(shipped(name=name), None, catalogue, now)


def holding(name, version=-1):
    content = TypeDefinition(struct_def_id={"name": name, "version": version})
    return PutWorkflowEventDefRequest(name="shipped", content_type={"return_type": content})


def test_a_struct_is_pinned_to_the_version_that_is_the_latest_now(catalogue, now):
    catalogue.add_struct("parcel", weight=INT)
    catalogue.add_struct(
        "parcel", weight=INT, label=StructFieldDef(field_type=TEXT, is_nullable=True)
    )
    stored = put_workflow_event_def(holding("parcel"), None, catalogue, now)
    assert stored.content_type.return_type.struct_def_id.version == 1


@pytest.mark.parametrize(("name", "version"), [("gone", -1), ("parcel", 7)])
def test_a_struct_must_exist(catalogue, now, name, version):
    catalogue.add_struct("parcel", weight=INT)
    with pytest.raises(DefinitionInvalid, match=f"Refers to non-existent StructDef {name}"):
        put_workflow_event_def(holding(name, version), None, catalogue, now)
