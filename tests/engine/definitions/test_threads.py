"""Nodes that start and await threads and runs, and handlers: what a WfSpec may say of them."""

import pytest

from hitchpost.v1.status_pb2 import LHErrorType
from hitchpost.v1.value_pb2 import BOOL, DOUBLE, INT, JSON_ARR, JSON_OBJ, STR, WF_RUN_ID
from hitchpost_server.engine.errors import DefinitionInvalid


def with_child(spec, **node):
    """A thread "main" with one node, and a thread "child" that takes a number."""
    built = spec().variable("text", STR).variable("items", JSON_ARR).variable("whose", WF_RUN_ID)
    built = built.then(**node).exit()
    built.thread("child").variable("number", INT, required=True).variable("INPUT", STR).exit()
    return built


def starting(spec, name="child", **inputs):
    return {"start_thread": {"thread_spec_name": name, "variables": inputs}}


def test_a_thread_is_started_with_inputs_that_fit(put, spec):
    stored = put(with_child(spec, **starting(spec, number=spec.literal(int=1))))
    assert len(stored.thread_specs) == 2


@pytest.mark.parametrize("name", ["", "gone", "main"])
def test_a_thread_to_start_is_another_that_is_there(put, spec, name):
    with pytest.raises(DefinitionInvalid, match="thread_spec_name"):
        put(with_child(spec, **starting(spec, name, number=spec.literal(int=1))))


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({}, "number is required"),
        ({"number": {"str": "x"}}, "STR"),
        ({"number": {"int": 1}, "colour": {"str": "red"}}, "colour"),
    ],
)
def test_inputs_of_a_thread_are_those_that_it_declares(put, spec, inputs, problem):
    given = {name: spec.literal(**value) for name, value in inputs.items()}
    with pytest.raises(DefinitionInvalid, match=problem):
        put(with_child(spec, **starting(spec, **given)))


def each(spec, source):
    return {"start_multiple_threads": {"thread_spec_name": "child", "iterable": source}}


@pytest.mark.parametrize(("source", "fits"), [("items", True), ("text", False), ("whose", False)])
def test_threads_are_started_for_each_element_of_a_list(put, spec, source, fits):
    built = with_child(spec, **each(spec, spec.var(source)))
    if fits:
        assert put(built)
    else:
        with pytest.raises(DefinitionInvalid, match="is not a list"):
            put(built)


def waiting(spec, one=None, many=None, handlers=()):
    node = {"per_thread_failure_handlers": handlers}
    if one is not None:
        node["threads"] = {"threads": [{"thread_run_number": one}]}
    if many is not None:
        node["thread_list"] = many
    return {"wait_for_threads": node}


def test_threads_are_waited_for_by_number_or_by_list(put, spec):
    assert put(with_child(spec, **waiting(spec, one=spec.literal(int=1))))
    assert put(with_child(spec, **waiting(spec, many=spec.var("items"))))


def test_what_is_no_number_and_no_list_cannot_be_waited_for(put, spec):
    for node in (waiting(spec, one=spec.var("text")), waiting(spec, many=spec.var("text"))):
        with pytest.raises(DefinitionInvalid, match="STR"):
            put(with_child(spec, **node))


def handled_by(name, **caught):
    return {"handler_spec_name": name, **caught}


def test_the_handler_of_a_node_is_a_thread(put, spec):
    for handlers, fits in (([handled_by("child")], True), ([handled_by("gone")], False)):
        built = spec().variable("x", INT).then(nop={})
        built.current.nodes["1-nop"].failure_handlers.add(**handlers[0])
        built.exit().thread("child").exit()
        if fits:
            assert put(built)
        else:
            with pytest.raises(DefinitionInvalid, match="ThreadSpec gone does not exist"):
                put(built)


def test_the_handler_of_each_thread_is_one_too(put, spec):
    node = waiting(spec, one=spec.literal(int=1), handlers=[handled_by("gone")])
    with pytest.raises(DefinitionInvalid, match="ThreadSpec gone does not exist"):
        put(with_child(spec, **node))


@pytest.mark.parametrize("name", [*LHErrorType.keys(), "no-money", "Code7"])
def test_failures_are_caught_by_their_names(put, spec, name):
    node = waiting(
        spec, one=spec.literal(int=1), handlers=[handled_by("child", specific_failure=name)]
    )
    assert put(with_child(spec, **node))


@pytest.mark.parametrize("name", ["", "no_money", "no money"])
def test_a_failure_that_can_have_no_such_name_is_not_caught(put, spec, name):
    node = waiting(
        spec, one=spec.literal(int=1), handlers=[handled_by("child", specific_failure=name)]
    )
    with pytest.raises(DefinitionInvalid, match="specific_failure"):
        put(with_child(spec, **node))


def running(spec, name=None, computed=None, **inputs):
    node = {"major_version": -1, "inputs": inputs}
    if name is not None:
        node["wf_spec_name"] = name
    if computed is not None:
        node["wf_spec_var"] = computed
    return {"run_child_wf": node}


@pytest.fixture
def pricing(put, spec, catalogue):
    """A WfSpec that exists in version 3.2 and takes a number."""
    stored = put(spec("pricing").variable("number", INT, required=True).exit())
    stored.id.major_version, stored.id.revision = 3, 2
    catalogue.wf_specs["pricing"] = stored
    return stored


def test_the_latest_major_version_of_a_child_is_pinned(put, spec, pricing):
    stored = put(spec().then(**running(spec, "pricing", number=spec.literal(int=1))).exit())
    assert stored.thread_specs["main"].nodes["1-run_child_wf"].run_child_wf.major_version == 3


def test_a_child_must_exist_and_get_what_it_requires(put, spec, pricing):
    for node, problem in (
        (running(spec, "gone"), "(?i)could not find wfspec"),
        (running(spec, "pricing"), "number"),
        (running(spec, "pricing", number=spec.literal(str="x")), "STR"),
        (running(spec, computed=spec.literal(bool=True)), None),
    ):
        built = spec().then(**node).exit()
        if problem is None:
            assert put(built)
        else:
            with pytest.raises(DefinitionInvalid, match=problem):
                put(built)


def test_the_name_of_a_child_may_be_computed_as_a_text(put, spec):
    built = spec().variable("items", JSON_ARR).then(**running(spec, computed=spec.var("items")))
    with pytest.raises(DefinitionInvalid, match="JSON_ARR"):
        put(built.exit())


def awaiting(spec, source, whose):
    return {"wait_for_child_wf": {"child_wf_run_source_node": source, "child_wf_run_id": whose}}


def test_a_child_is_waited_for_behind_the_node_that_starts_it(put, spec, pricing):
    start = running(spec, "pricing", number=spec.literal(int=1))

    def put_wait(source, whose):
        return put(spec().then(**start).then(**awaiting(spec, source, whose)).exit())

    assert put_wait("1-run_child_wf", spec.output("1-run_child_wf"))
    for source in ("0-entrypoint", "gone"):
        with pytest.raises(DefinitionInvalid, match="child_wf_run_source_node"):
            put_wait(source, spec.output("1-run_child_wf"))
    with pytest.raises(DefinitionInvalid, match="INT cannot be used as WF_RUN_ID"):
        put_wait("1-run_child_wf", spec.literal(int=1))


@pytest.mark.parametrize(
    ("kind", "fits"), [(BOOL, True), (INT, False), (DOUBLE, False), (JSON_OBJ, False)]
)
def test_what_is_waited_for_as_a_condition_is_a_bool(put, spec, kind, fits):
    built = spec().variable("x", kind).then(wait_for_condition={"condition": spec.var("x")}).exit()
    if fits:
        assert put(built)
    else:
        with pytest.raises(DefinitionInvalid, match="condition"):
            put(built)
