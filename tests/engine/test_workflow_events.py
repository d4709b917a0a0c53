"""Events that runs throw: what is kept of them, and how they are counted."""

import pytest
from tests.throwing import throw, throwing

import hitchpost
from hitchpost.v1 import node_run_pb2 as node_runs
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import value_pb2 as values
from hitchpost.v1 import workflow_event_pb2 as workflow_events
from hitchpost_server.engine.ids import WORKFLOW_EVENT_DEF_STREAM, run_key
from hitchpost_server.engine.rows import NodeRunRow, WorkflowEventDefRow, WorkflowEventRow


@pytest.fixture
def shipping(world):
    """A world in which runs of `shipping` throw what they are started with, and wait."""
    world.put_workflow_event_def("shipped")
    world.put_event_def("go")

    @hitchpost.workflow("shipping")
    def workflow(wf):
        item = wf.input("item", str)
        throw(wf, "shipped", item)
        wf.wait_for_event("go")
        throw(wf, "shipped", wf.format("more {0}", item))

    world.put_wf_spec(throwing(workflow))
    return world


def thrown(world, number=0, name="shipped", run="r"):
    return world.found(workflow_events.WorkflowEvent, WorkflowEventRow, run, name, number)


def node(world, position):
    return world.found(node_runs.NodeRun, NodeRunRow, "r", 0, position)


def test_a_thrown_event_is_kept_with_its_content_and_where_it_comes_from(shipping):
    shipping.start("shipping", item="hat")
    event = thrown(shipping)
    assert hitchpost.from_value(event.content) == "hat"
    assert (run_key(event.id.wf_run_id), event.id.number) == ("r", 0)
    assert event.node_run_id == node(shipping, 1).id
    assert event.created_at.ToMicroseconds() == shipping.now_us


def test_a_node_that_throws_is_complete_at_once_and_names_its_event(shipping):
    shipping.start("shipping", item="hat")
    assert node(shipping, 1).status == status.COMPLETED
    assert node(shipping, 1).throw_event.workflow_event_id == thrown(shipping).id
    assert node(shipping, 2).HasField("external_event")


def test_events_of_one_definition_are_counted_for_each_run(shipping):
    shipping.start("shipping", item="hat")
    shipping.forget()
    shipping.post("go")
    assert hitchpost.from_value(thrown(shipping, 1).content) == "more hat"
    shipping.start("shipping", "other", item="cap")
    assert hitchpost.from_value(thrown(shipping, 0, run="other").content) == "cap"


def test_events_of_different_definitions_are_counted_apart(world):
    for name in ("packed", "shipped"):
        world.put_workflow_event_def(name)

    @hitchpost.workflow("both")
    def workflow(wf):
        throw(wf, "packed")
        throw(wf, "shipped")

    world.put_wf_spec(throwing(workflow))
    world.start("both")
    assert thrown(world, 0, "packed").id.number == thrown(world, 0, "shipped").id.number == 0
    assert thrown(world, 0, "packed").content.WhichOneof("value") is None


def test_content_that_cannot_be_had_fails_the_node(world):
    world.put_workflow_event_def("shipped")

    @hitchpost.workflow("failing")
    def workflow(wf):
        throw(wf, "shipped", 1 / wf.input("number", int))

    world.put_wf_spec(throwing(workflow))
    run = world.start("failing", number=0)
    assert run.status == status.ERROR
    assert node(world, 1).failures[0].failure_name == "VAR_SUB_ERROR"
    assert not any(key.table is WorkflowEventRow for key in world.rows)


def test_content_that_is_too_large_to_keep_fails_the_node(make_world):
    world = make_world(object_bytes_max=2_000, content_bytes_max=2_000)
    world.put_workflow_event_def("shipped")

    @hitchpost.workflow("large")
    def workflow(wf):
        item = wf.input("item", str)
        throw(wf, "shipped", wf.format("{0}{0}", item))

    world.put_wf_spec(throwing(workflow))
    assert world.start("large", item="x" * 1_000).status == status.ERROR
    assert "2000 bytes" in node(world, 1).failures[0].message


def test_an_array_says_what_it_holds_as_its_definition_declares_it(world):
    of_numbers = values.TypeDefinition(
        inline_array_def=values.InlineArrayDef(
            array_type=values.TypeDefinition(primitive_type=values.INT)
        )
    )
    world.put_workflow_event_def("counted", of_numbers)

    @hitchpost.workflow("counting")
    def workflow(wf):
        throw(wf, "counted", values.VariableValue(array=values.Array()))

    world.put_wf_spec(throwing(workflow))
    world.start("counting")
    found = thrown(world, 0, "counted").content.array
    assert found.element_type.primitive_type == values.INT


def test_a_run_throws_on_after_the_definition_is_deleted(shipping):
    shipping.start("shipping", item="hat")
    shipping.delete_workflow_event_def("shipped")
    shipping.post("go")
    assert thrown(shipping, 1).id.number == 1


def test_what_a_run_has_thrown_goes_with_it_and_is_counted_anew(shipping):
    shipping.start("shipping", item="hat")
    shipping.delete()
    assert not any(key.table is WorkflowEventRow for key in shipping.rows)
    shipping.start("shipping", item="cap")
    assert hitchpost.from_value(thrown(shipping).content) == "cap"


def test_a_deleted_definition_is_gone(world):
    world.put_workflow_event_def("shipped")
    world.delete_workflow_event_def("shipped")
    assert not any(key.table is WorkflowEventDefRow for key in world.rows)
    put, deleted = world.history_of(f"{WORKFLOW_EVENT_DEF_STREAM}shipped")
    assert put.workflow_event_def_put.workflow_event_def.id.name == "shipped"
    assert deleted.HasField("workflow_event_def_deleted")
