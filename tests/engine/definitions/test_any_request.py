"""Whatever a client sends, it is either stored or refused: nothing else happens."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hitchpost.v1.external_event_pb2 import PutExternalEventDefRequest
from hitchpost.v1.task_pb2 import PutTaskDefRequest
from hitchpost.v1.value_pb2 import INT, JSON_OBJ, STR
from hitchpost.v1.wf_spec_pb2 import PutWfSpecRequest, WfSpec
from hitchpost_server.engine.definitions.external_event_defs import put_external_event_def
from hitchpost_server.engine.definitions.task_defs import put_task_def
from hitchpost_server.engine.definitions.wf_specs import put_wf_spec, required_definitions
from hitchpost_server.engine.errors import Rejection

NAMES = ["greet", "signed", "main", "x", "text", "INPUT", "1-task", "0-entrypoint"]
TEXTS = ["", "$.a", "{0}", "ä", *NAMES]
NUMBERS = [0, 1, 2, 5, -1, 77, 2**31 - 1, -(2**31)]

F = FieldDescriptor
ANY = {
    F.CPPTYPE_STRING: TEXTS,
    F.CPPTYPE_BOOL: [True, False],
    F.CPPTYPE_INT32: NUMBERS,
    F.CPPTYPE_INT64: [*NUMBERS, 2**63 - 1, -(2**63)],
    F.CPPTYPE_ENUM: [*range(12), -1, 77],
    F.CPPTYPE_DOUBLE: [0.0, 1.5, float("nan"), float("inf")],
    F.CPPTYPE_FLOAT: [0.0, 1.5, float("nan"), float("inf")],
}


def any_scalar(field: FieldDescriptor, lots: random.Random) -> Any:
    if field.type == F.TYPE_BYTES:
        return lots.choice([b"", b"x", b"\xff"])
    return lots.choice(ANY[field.cpp_type])


def grow(message: Message, lots: random.Random, depth: int) -> None:
    """Set some fields of a message to anything."""
    fields = [f for f in message.DESCRIPTOR.fields if depth > 0 or f.message_type is None]
    for field in lots.sample(fields, min(len(fields), lots.randint(0, 4))):
        set_field(message, field, lots, depth)


def set_field(message: Message, field: FieldDescriptor, lots: random.Random, depth: int) -> None:
    value: Any = getattr(message, field.name)
    is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
    if is_map:
        for _ in range(lots.randint(1, 2)):
            grow(value[lots.choice(TEXTS)], lots, depth - 1)
    elif field.message_type is not None:
        if not field.is_repeated:
            value.SetInParent()
        grow(value.add() if field.is_repeated else value, lots, depth - 1)
    elif field.is_repeated:
        value.append(any_scalar(field, lots))
    else:
        setattr(message, field.name, any_scalar(field, lots))


def inside(message: Message) -> list[Message]:
    """List a message and all that are in it, apart from those that hold nothing."""
    found = [message] if message.DESCRIPTOR.fields else []
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            below = [value[key] for key in sorted(value)]
        else:
            below = value if field.is_repeated else [value]
        for each in below:
            found.extend(inside(each))
    return found


def put_or_refuse(put: Callable[[], Any]) -> Any:
    """Put something; None if it was refused, in words."""
    try:
        return put()
    except Rejection as refused:
        return None if refused.message else pytest.fail("a refusal without a word")


def try_to_put(request: PutWfSpecRequest, catalogue: Any, latest: WfSpec | None = None) -> None:
    before = request.SerializeToString(deterministic=True)
    required_definitions(request)
    stored = put_or_refuse(lambda: put_wf_spec(request, latest, catalogue, Timestamp()))
    if stored is not None:
        assert put_wf_spec(request, stored, catalogue, Timestamp()) is stored
    assert request.SerializeToString(deterministic=True) == before


@pytest.fixture
def full(spec, catalogue):
    """A WfSpec with a bit of everything."""
    catalogue.add_task("greet", STR, INT, output=JSON_OBJ)
    catalogue.add_event("signed", STR)
    catalogue.add_event("cancelled")
    total = spec.expression(spec.var("x"), spec.literal(int=1), mutation_type=1)
    built = spec().variable("x", INT).variable("text", STR).interrupt("cancelled", "handler")
    built.task("greet", spec.var("text"), total, timeout_seconds=3, retries=1)
    built.wait("signed", timeout_seconds=spec.var("x"))
    built.change(lhs_name="text", rhs_assignment=spec.var("x"))
    built.then(sleep={"raw_seconds": total}).exit(spec.output("1-task"))
    built.only_if(spec.expression(spec.var("x"), spec.literal(int=3), comparator=0))
    return built.thread("handler").variable("INPUT", STR).exit(spec.var("INPUT")).request


ANY_LOTS = st.randoms(use_true_random=False)
RELAXED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@RELAXED
@given(lots=ANY_LOTS)
def test_any_wf_spec_is_stored_or_refused(catalogue, lots):
    request = PutWfSpecRequest(name="greet", entrypoint_thread_name="main")
    thread = request.thread_specs["main"]
    thread.nodes["0-entrypoint"].entrypoint.SetInParent()
    grow(thread, lots, 9)
    grow(request, lots, 4)
    try_to_put(request, catalogue)


@RELAXED
@given(lots=ANY_LOTS)
def test_a_wf_spec_with_anything_in_one_place_is_stored_or_refused(full, catalogue, lots):
    request = PutWfSpecRequest()
    request.CopyFrom(full)
    for _ in range(lots.randint(1, 3)):
        message = lots.choice(inside(request))
        set_field(message, lots.choice(message.DESCRIPTOR.fields), lots, 5)
    try_to_put(request, catalogue)
    latest = put_wf_spec(full, None, catalogue, Timestamp())
    try_to_put(request, catalogue, latest)


def test_the_wf_spec_that_those_begin_with_is_stored(full, catalogue):
    assert put_wf_spec(full, None, catalogue, Timestamp()).id.name == "greet"


@RELAXED
@given(lots=ANY_LOTS)
def test_any_task_def_is_stored_or_refused(catalogue, lots):
    request = PutTaskDefRequest(name="greet")
    grow(request, lots, 6)
    stored = put_or_refuse(lambda: put_task_def(request, None, catalogue, Timestamp()))
    if stored is not None:
        assert put_task_def(request, stored, catalogue, Timestamp()) is stored


@RELAXED
@given(lots=ANY_LOTS)
def test_any_external_event_def_is_stored_or_refused(catalogue, lots):
    request = PutExternalEventDefRequest(name="signed")
    grow(request, lots, 6)
    stored = put_or_refuse(lambda: put_external_event_def(request, None, catalogue, Timestamp()))
    assert stored is None or stored.HasField("retention_policy")
