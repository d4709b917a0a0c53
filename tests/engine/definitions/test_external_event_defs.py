"""Putting ExternalEventDefs."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.external_event_pb2 import (
    CorrelatedEventConfig,
    ExternalEventRetentionPolicy,
    PutExternalEventDefRequest,
)
from hitchpost.v1.object_id_pb2 import StructDefId
from hitchpost.v1.value_pb2 import JSON_OBJ, STR, ReturnType, StructFieldDef, TypeDefinition
from hitchpost_server.engine.definitions.external_event_defs import put_external_event_def
from hitchpost_server.engine.errors import DefinitionInvalid, FieldInvalid

LATER = Timestamp(seconds=1_800_000_000)


def signed(**settings):
    return PutExternalEventDefRequest(name="signed", **settings)


def test_a_retention_policy_is_always_there(catalogue, now):
    stored = put_external_event_def(signed(), None, catalogue, now)
    assert stored.HasField("retention_policy")
    assert stored.retention_policy.WhichOneof("ext_evt_gc_policy") is None


def test_without_a_content_type_the_content_is_not_typed(catalogue, now):
    assert not put_external_event_def(signed(), None, catalogue, now).HasField("type_information")


def test_an_empty_content_type_says_that_there_is_no_content(catalogue, now):
    stored = put_external_event_def(signed(content_type=ReturnType()), None, catalogue, now)
    assert stored.type_information == ReturnType()
    assert stored.HasField("type_information")


def test_a_content_type_that_says_nothing_is_json_obj(catalogue, now):
    request = signed(content_type=ReturnType(return_type=TypeDefinition()))
    stored = put_external_event_def(request, None, catalogue, now)
    assert stored.type_information.return_type == TypeDefinition(primitive_type=JSON_OBJ)


def test_a_put_takes_the_place_of_the_stored_one(catalogue, now):
    typed = ReturnType(return_type=TypeDefinition(primitive_type=STR))
    stored = put_external_event_def(signed(content_type=typed), None, catalogue, now)
    again = put_external_event_def(signed(), stored, catalogue, LATER)
    assert not again.HasField("type_information")
    assert again.created_at == LATER


def test_both_guardrails_are_off_unless_asked_for(catalogue, now):
    stored = put_external_event_def(signed(), None, catalogue, now)
    assert not stored.require_wfrun
    assert not stored.require_wfspec_reference


@pytest.mark.parametrize("flag", ["require_wfrun", "require_wfspec_reference"])
def test_a_guardrail_outlives_a_put_that_does_not_speak_of_it(catalogue, now, flag):
    stored = put_external_event_def(signed(**{flag: True}), None, catalogue, now)
    assert getattr(put_external_event_def(signed(), stored, catalogue, LATER), flag)


@pytest.mark.parametrize("flag", ["require_wfrun", "require_wfspec_reference"])
def test_a_guardrail_is_turned_off_by_saying_so(catalogue, now, flag):
    stored = put_external_event_def(signed(**{flag: True}), None, catalogue, now)
    assert not getattr(
        put_external_event_def(signed(**{flag: False}), stored, catalogue, LATER), flag
    )


def test_how_events_are_correlated_is_kept(catalogue, now):
    config = CorrelatedEventConfig(ttl_seconds=5, delete_after_first_correlation=True)
    stored = put_external_event_def(signed(correlated_event_config=config), None, catalogue, now)
    assert stored.correlated_event_config == config


@pytest.mark.parametrize("seconds", [0, -1])
def test_correlated_events_that_would_not_live_are_refused(catalogue, now, seconds):
    config = CorrelatedEventConfig(ttl_seconds=seconds)
    with pytest.raises(DefinitionInvalid, match="ttl_seconds"):
        put_external_event_def(signed(correlated_event_config=config), None, catalogue, now)


def test_retention_of_nothing_is_fine_and_of_less_is_refused(catalogue, now):
    none = ExternalEventRetentionPolicy(seconds_after_put=0)
    stored = put_external_event_def(signed(retention_policy=none), None, catalogue, now)
    assert stored.retention_policy.WhichOneof("ext_evt_gc_policy") == "seconds_after_put"
    less = ExternalEventRetentionPolicy(seconds_after_put=-1)
    with pytest.raises(DefinitionInvalid, match="seconds_after_put"):
        put_external_event_def(signed(retention_policy=less), None, catalogue, now)


def test_a_bad_name_is_refused(catalogue, now):
    with pytest.raises(FieldInvalid):
        put_external_event_def(PutExternalEventDefRequest(name="no.dots"), None, catalogue, now)


def test_a_struct_is_pinned_to_the_version_that_is_the_latest_now(catalogue, now):
    catalogue.add_struct("person", name=STR)
    nick = StructFieldDef(field_type={"primitive_type": STR}, is_nullable=True)
    catalogue.add_struct("person", name=STR, nick=nick)
    latest = TypeDefinition(struct_def_id=StructDefId(name="person", version=-1))
    request = signed(content_type=ReturnType(return_type=latest))
    stored = put_external_event_def(request, None, catalogue, now)
    assert stored.type_information.return_type.struct_def_id.version == 1


def test_a_struct_must_exist(catalogue, now):
    request = signed()
    request.content_type.return_type.struct_def_id.name = "person"
    with pytest.raises(DefinitionInvalid, match="Refers to non-existent StructDef person"):
        put_external_event_def(request, None, catalogue, now)


def test_fields_that_nobody_knows_are_not_stored(catalogue, now):
    request = PutExternalEventDefRequest.FromString(
        signed().SerializeToString() + bytes([0xC2, 0x3E, 1, 7])
    )
    stored = put_external_event_def(request, None, catalogue, now)
    assert stored.ByteSize() == put_external_event_def(signed(), None, catalogue, now).ByteSize()
