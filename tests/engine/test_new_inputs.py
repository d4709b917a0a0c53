"""The inputs of a run that starts over from within: read by their types, and kept from readers."""

import json
from datetime import UTC, datetime
from typing import Annotated

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.engine.rows import VariableRow, WorkflowEventRow

NAME = "hitchpost-continue-as-new"
SECRET = Annotated[str, hitchpost.Field(masked=True)]


@hitchpost.struct("account")
class Account:
    owner: str
    pin: SECRET


@hitchpost.workflow("typed")
def typed(wf):
    wf.variable("moment", datetime)
    wf.variable("ratio", float)
    wf.variable("content", bytes)
    wf.variable("counts", hitchpost.Map[int, int])
    wf.variable("password", str, masked=True)
    wf.variable("main", Account)
    wf.variable("others", hitchpost.Array[Account])
    wf.variable("by-name", hitchpost.Map[str, Account])
    given = wf.variable("given", dict)
    wf.register_event("turn", content_type=dict)
    wf.set(given, wf.wait_for_event("turn"))
    wf.throw_event(NAME, given)


@pytest.fixture
def turn(world):
    """Let a run of the workflow start over with inputs; give its view."""
    world.put_struct_def(Account)
    world.put_workflow(typed)
    world.start("typed")

    def start_over(**inputs):
        world.post("turn", inputs)
        return RunView(world)

    return start_over


def thrown(view):
    row = view.world.found(workflow_events.WorkflowEvent, WorkflowEventRow, "r", NAME, 0)
    return json.loads(row.content.json_obj)


def first_value(view, name):
    row = view.world.found(hitchpost.v1.value_pb2.Variable, VariableRow, "r", 0, name)
    return hitchpost.from_value(row.value)


def test_inputs_are_read_by_the_types_that_are_declared(turn):
    view = turn(moment="2030-01-01T00:00:00Z", ratio=2, content="abc", counts={"1": 2})
    assert view.message.execution == 2
    assert first_value(view, "moment") == datetime(2030, 1, 1, tzinfo=UTC)
    assert (first_value(view, "ratio"), first_value(view, "content")) == (2.0, b"abc")
    assert first_value(view, "counts") == {1: 2}


def test_a_structs_fields_are_read_by_its_definition(turn):
    view = turn(main={"owner": "Ada", "pin": "1815"})
    assert view.world.body("thread_started").variables[5].value.struct.struct_def_id.name == (
        "account"
    )
    assert first_value(view, "main")["owner"] == "Ada"


def test_a_masked_input_cannot_be_read_in_the_event(turn):
    view = turn(password="hush", ratio=1.5)
    assert thrown(view) == {"password": "*****", "ratio": 1.5}
    assert first_value(view, "password") == "hush"


def test_masked_fields_of_structs_cannot_be_read_in_the_event_wherever_they_are(turn):
    ada = {"owner": "Ada", "pin": "1815"}
    masked = {"owner": "Ada", "pin": "*****"}
    view = turn(main=ada, others=[ada, None], **{"by-name": {"a": ada}})
    assert thrown(view) == {"main": masked, "others": [masked, None], "by-name": {"a": masked}}
    assert view.variable("main").struct.fields["pin"].value.str == "1815"


def test_an_input_that_is_null_is_none(turn):
    assert thrown(turn(main=None, password=None)) == {"main": None, "password": "*****"}


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({"moment": "soon"}, "input variable moment: The text is not a TIMESTAMP in ISO 8601"),
        ({"counts": {"one": 1}}, "input variable counts: key of entry 0: Cannot cast this STR"),
        ({"others": [{"owner": 1}]}, "input variable others: item 0: required fields are missing"),
        ({"password": 5.5, "gone": 1}, "input variable gone: it is not declared"),
    ],
)
def test_what_does_not_fit_is_said_by_the_node_that_throws(turn, inputs, problem):
    view = turn(**inputs)
    [failure] = view.node(0).failures
    assert failure.failure_name == "VAR_SUB_ERROR"
    assert problem in failure.message
    assert view.message.execution == 1


def test_inputs_too_large_for_a_run_fail_the_node(make_world):
    world = make_world(object_bytes_max=3_000, content_bytes_max=3_000)
    world.put_struct_def(Account)
    world.put_workflow(typed)
    world.start("typed")
    world.post("turn", {"others": [{"owner": "", "pin": ""}] * 100})
    [failure] = RunView(world).node(0).failures
    assert "variable others would take more than 3000 bytes" in failure.message


def test_a_handler_may_let_the_run_start_over_with_what_fits(play):
    def stubborn(wf):
        count = wf.variable("count", int, default=0)
        offered = wf.variable("offered", dict, default={"count": "many"})
        with wf.when(count == 0):

            @wf.handle_error(wf.continue_as_new(offered))
            def mend(handler):
                handler.continue_as_new(count=count + 1)

    view = play(stubborn)
    assert (view.status, view.message.execution, view.variable("count")) == ("COMPLETED", 2, 1)
