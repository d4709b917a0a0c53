"""Definitions that are always there, and what a WfSpec may throw to start over."""

import pytest

from hitchpost.v1 import value_pb2 as values
from hitchpost.v1.value_pb2 import INT, JSON_ARR, JSON_OBJ, STR, TypeDefinition
from hitchpost.v1.workflow_event_pb2 import PutWorkflowEventDefRequest
from hitchpost_server.engine import commands, errors
from hitchpost_server.engine.errors import DefinitionInvalid
from hitchpost_server.engine.ids import WORKFLOW_EVENT_DEF_STREAM
from hitchpost_server.engine.rows import WorkflowEventDefRow

NAME = "hitchpost-continue-as-new"
AN_OBJECT = TypeDefinition(primitive_type=values.JSON_OBJ)


def test_putting_a_built_in_definition_as_it_is_stores_nothing(world):
    assert world.put_workflow_event_def(NAME, AN_OBJECT).id.name == NAME
    assert not world.log
    assert not any(key.table is WorkflowEventDefRow for key in world.rows)


def test_a_put_that_says_nothing_of_the_content_stores_nothing_either(world):
    request = PutWorkflowEventDefRequest(name=NAME)
    stream = WORKFLOW_EVENT_DEF_STREAM + NAME
    put = world.do(commands.PutWorkflowEventDef(**world.common(stream), request=request))
    assert put.content_type.return_type == AN_OBJECT
    assert not world.log


@pytest.mark.parametrize("other", [None, TypeDefinition(primitive_type=values.STR)])
def test_a_built_in_definition_cannot_be_put_otherwise(world, other):
    with pytest.raises(errors.DefinitionExists):
        world.put_workflow_event_def(NAME, other)


def test_a_built_in_definition_cannot_be_deleted(world):
    with pytest.raises(errors.DefinitionBuiltIn):
        world.delete_workflow_event_def(NAME)
    assert not world.log


def test_other_names_that_begin_alike_are_free(world):
    world.put_workflow_event_def("hitchpost-of-mine")
    world.delete_workflow_event_def("hitchpost-of-mine")


def starting_over(spec, content=None):
    event = {"event_def_id": {"name": NAME}, "content": content}
    return spec().variable("count", INT).then(throw_event=event).exit()


def test_a_wf_spec_may_start_over_with_nothing_or_an_object(put, spec):
    assert put(starting_over(spec))
    assert put(starting_over(spec, spec.literal()))
    assert put(starting_over(spec, spec.literal(json_obj='{"count":1}')))


@pytest.mark.parametrize("given", [STR, INT, JSON_ARR])
def test_a_variable_of_another_type_is_refused_with_its_place(put, spec, given):
    built = starting_over(spec, spec.var("x")).variable("x", given)
    path = r"thread_specs\[main\].nodes\[1-throw_event\].throw_event.content"
    with pytest.raises(DefinitionInvalid, match=f"{path}.*cannot be used as JSON_OBJ"):
        put(built)


def test_an_object_and_what_is_not_known_yet_are_let_through(put, spec, catalogue):
    catalogue.add_event("turn")
    declared = starting_over(spec, spec.var("x", json_path="$.next")).variable("x", JSON_OBJ)
    assert put(declared)
    event = {"event_def_id": {"name": NAME}, "content": spec.output("1-external_event")}
    assert put(spec().wait("turn").then(throw_event=event).exit())


@pytest.mark.parametrize(
    ("literal", "problem"),
    [
        ({"int": 5}, "INT cannot be used as JSON_OBJ"),
        ({"json_arr": "[]"}, "JSON_ARR cannot be used as JSON_OBJ"),
        ({"json_obj": "{"}, "JSON is malformed"),
        ({"json_obj": '{"count":"many"}'}, "input variable count: a value of type STR does not"),
        ({"json_obj": '{"other":1}'}, "input variable other: it is not declared"),
        ({"json_obj": r'{"\ud800":1}'}, "half a character"),
    ],
)
def test_a_literal_that_can_never_be_the_inputs_is_refused(put, spec, literal, problem):
    with pytest.raises(DefinitionInvalid, match=problem):
        put(starting_over(spec, spec.literal(**literal)))


def test_an_input_that_is_required_must_be_in_what_is_given(put, spec):
    with pytest.raises(DefinitionInvalid, match="input variable name: it is required"):
        put(starting_over(spec).variable("name", STR, required=True))
    named = spec.literal(json_obj='{"name":"Ada"}')
    assert put(starting_over(spec, named).variable("name", STR, required=True))


def test_the_inputs_are_those_of_thread_0_whoever_throws(put, spec):
    built = spec().variable("count", INT).exit().thread("other").variable("own", INT)
    own = spec.literal(json_obj='{"own":1}')
    with pytest.raises(DefinitionInvalid, match="input variable own: it is not declared"):
        put(built.then(throw_event={"event_def_id": {"name": NAME}, "content": own}).exit())
