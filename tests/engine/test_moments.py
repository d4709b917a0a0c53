"""Timestamps that are none: JSON has no form for them, so nothing of the kind is stored."""

from datetime import datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

import hitchpost
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine.errors import ContentTypeMismatch, FieldInvalid, InputInvalid
from hitchpost_server.engine.rows import TaskRunRow
from hitchpost_server.engine.times import is_moment

FIRST = Timestamp(seconds=-62_135_596_800)
LAST = Timestamp(seconds=253_402_300_799, nanos=999_999_999)
NO_MOMENTS = (
    Timestamp(seconds=FIRST.seconds - 1),
    Timestamp(seconds=LAST.seconds + 1),
    Timestamp(seconds=2**63 - 1),
    Timestamp(nanos=-1),
    Timestamp(nanos=1_000_000_000),
)


def value(moment):
    return values.VariableValue(utc_timestamp=moment)


@pytest.fixture(params=NO_MOMENTS, ids=lambda moment: f"{moment.seconds}.{moment.nanos}")
def odd(request):
    return request.param


@pytest.fixture
def running(world):
    """A world in which a worker is at work on the one task of run `r`."""
    world.put_task_def("pack")
    world.put_workflow(hitchpost.workflow("packing")(lambda wf: wf.task("pack")))
    world.start("packing")
    world.start_task("0-1")
    return world


def attempt(world):
    return world.found(tasks.TaskRun, TaskRunRow, "r", "0-1").attempts[0]


@pytest.mark.parametrize("moment", [FIRST, Timestamp(), LAST])
def test_moments_are_what_json_has_a_form_for(moment):
    assert is_moment(moment)
    moment.ToJsonString()


def test_what_json_has_no_form_for_is_no_moment(odd):
    assert not is_moment(odd)
    with pytest.raises(ValueError, match="Timestamp is not valid"):
        odd.ToJsonString()


def test_no_input_is_taken_that_holds_one(world, odd):
    @hitchpost.workflow("late")
    def late(wf):
        wf.variable("one", datetime)
        wf.variable("many", hitchpost.Array[datetime])

    world.put_workflow(late)
    many = values.VariableValue(array=values.Array(items=[value(odd)]))
    for given in ({"one": value(odd)}, {"many": many}):
        with pytest.raises(InputInvalid, match="outside of the years"):
            world.start("late", **given)


@pytest.mark.parametrize("declared", [None, values.ReturnType()], ids=["untyped", "void"])
def test_no_event_is_taken_that_holds_one(world, odd, declared):
    world.put_event_def("signed", content_type=declared)
    with pytest.raises(ContentTypeMismatch, match="outside of the years"):
        world.post("signed", value(odd))


def test_no_checkpoint_is_kept_that_holds_one(running, odd):
    with pytest.raises(FieldInvalid, match="outside of the years"):
        running.put_checkpoint("0-1", value(odd))


@pytest.mark.parametrize(
    "told", [lambda one: {"output": one}, lambda one: {"log_output": one}], ids=["output", "log"]
)
def test_an_output_or_a_log_that_holds_one_is_a_serde_error(running, odd, told):
    running.report("0-1", **told(value(odd)))
    assert attempt(running).status == tasks.TASK_OUTPUT_SERDE_ERROR
    assert not attempt(running).HasField("log_output")


def test_a_report_at_no_moment_ends_the_attempt_when_it_came(running, odd):
    running.report("0-1", time=odd)
    assert attempt(running).end_time.ToSeconds() * 1_000_000 <= running.now_us
    running.forget()


def test_a_report_keeps_the_workers_own_time(running):
    running.report("0-1", time=LAST)
    assert attempt(running).end_time == LAST
