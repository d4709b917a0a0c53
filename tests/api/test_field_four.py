"""Field 4 of PutExternalEventDefRequest, which means two things, on both paths, by hand."""

from collections.abc import Callable

import grpc
import pytest
from google.protobuf.unknown_fields import UnknownFieldSet
from raw_calls import PATHS, Answer, call, number, text

from hitchpost.v1 import external_event_pb2 as events
from hitchpost.v1 import object_id_pb2 as ids

Fresh = Callable[[str], str]
TTL, DELETE_AFTER_FIRST = number(1, 60), number(2, 1)
OURS, THEIRS = 102, 4

pytestmark = pytest.mark.parametrize("path", PATHS)


async def put(channel: grpc.aio.Channel, path: str, name: str, rest: bytes) -> Answer:
    return await call(channel, path + "PutExternalEventDef", text(1, name) + rest)


async def stored(
    channel: grpc.aio.Channel, path: str, name: str, rest: bytes
) -> events.ExternalEventDef:
    """Put a definition and read it again."""
    answer = await put(channel, path, name, rest)
    assert answer.code is grpc.StatusCode.OK
    read = await call(
        channel, path + "GetExternalEventDef", ids.ExternalEventDefId(name=name).SerializeToString()
    )
    assert read.body == answer.body
    definition = events.ExternalEventDef.FromString(read.body)
    assert len(UnknownFieldSet(definition)) == 0  # type: ignore[arg-type]
    return definition


async def test_number_is_the_guardrail(channel: grpc.aio.Channel, path: str, fresh: Fresh) -> None:
    definition = await stored(channel, path, fresh("signed"), number(4, 1))
    assert definition.require_wfrun
    assert not definition.HasField("correlated_event_config")


@pytest.mark.parametrize("field", [OURS, THEIRS])
async def test_message_is_the_config_and_comes_back_in_field_5(
    channel: grpc.aio.Channel, path: str, fresh: Fresh, field: int
) -> None:
    definition = await stored(channel, path, fresh("paid"), text(field, TTL + DELETE_AFTER_FIRST))
    assert definition.correlated_event_config.ttl_seconds == 60
    assert definition.correlated_event_config.delete_after_first_correlation
    assert not definition.require_wfrun
    assert text(5, TTL + DELETE_AFTER_FIRST) in definition.SerializeToString()


@pytest.mark.parametrize("field", [OURS, THEIRS])
async def test_empty_message_is_a_config(
    channel: grpc.aio.Channel, path: str, fresh: Fresh, field: int
) -> None:
    definition = await stored(channel, path, fresh("paid"), text(field, b""))
    assert definition.HasField("correlated_event_config")
    assert not definition.correlated_event_config.HasField("ttl_seconds")


@pytest.mark.parametrize("field", [OURS, THEIRS])
async def test_repeats_merge_and_the_last_value_counts(
    channel: grpc.aio.Channel, path: str, fresh: Fresh, field: int
) -> None:
    repeats = text(field, TTL) + text(field, DELETE_AFTER_FIRST) + text(field, number(1, 7))
    definition = await stored(channel, path, fresh("paid"), repeats)
    assert definition.correlated_event_config.ttl_seconds == 7
    assert definition.correlated_event_config.delete_after_first_correlation


async def test_both_meanings_may_come_together(
    channel: grpc.aio.Channel, path: str, fresh: Fresh
) -> None:
    both = number(4, 1) + text(4, TTL) + number(5, 1)
    definition = await stored(channel, path, fresh("paid"), both)
    assert definition.require_wfrun
    assert definition.require_wfspec_reference
    assert definition.correlated_event_config.ttl_seconds == 60


async def test_unknown_fields_are_not_stored(
    channel: grpc.aio.Channel, path: str, fresh: Fresh
) -> None:
    rest = number(77, 1) + text(4, TTL + text(78, "x")) + text(79, "y")
    definition = await stored(channel, path, fresh("paid"), rest)
    assert len(UnknownFieldSet(definition.correlated_event_config)) == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("garbage", [b"\xff", b"\x08", b"\x0a\x05abc", b"\x07"])
async def test_garbage_is_malformed(
    channel: grpc.aio.Channel, path: str, fresh: Fresh, garbage: bytes
) -> None:
    answer = await put(channel, path, fresh("paid"), text(4, TTL) + text(4, garbage))
    assert answer.says == (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_REQUEST")


async def test_both_numbers_of_the_config_are_a_contradiction(
    channel: grpc.aio.Channel, path: str, fresh: Fresh
) -> None:
    name = fresh("paid")
    for rest in (text(4, TTL) + text(102, TTL), text(102, b"") + text(4, b"")):
        answer = await put(channel, path, name, rest)
        assert answer.says == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
        assert answer.facts["field"] == "correlated_event_config"


async def test_put_without_a_config_takes_it_away(
    channel: grpc.aio.Channel, path: str, fresh: Fresh
) -> None:
    name = fresh("paid")
    await put(channel, path, name, text(4, TTL) + number(4, 1))
    definition = await stored(channel, path, name, b"")
    assert not definition.HasField("correlated_event_config")
    assert definition.require_wfrun
