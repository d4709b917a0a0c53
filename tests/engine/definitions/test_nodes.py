"""What each kind of node may hold."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from hitchpost.v1.assignment_pb2 import MULTIPLY
from hitchpost.v1.status_pb2 import ACTIVE, LHErrorType
from hitchpost.v1.value_pb2 import BOOL, DOUBLE, INT, JSON_ARR, STR, TIMESTAMP, TypeDefinition
from hitchpost.v1.wf_spec_pb2 import Node
from hitchpost_server.engine.errors import DefinitionInvalid
from hitchpost_server.engine.nodes.kinds import NODE_KINDS

BACKOFF = {"base_interval_ms": 100, "multiplier": 2.0, "max_delay_ms": 1000}


def test_every_kind_of_node_of_the_contract_has_its_row():
    assert set(NODE_KINDS) == {
        field.name for field in Node.DESCRIPTOR.oneofs_by_name["node"].fields
    }


def test_five_tasks_in_a_row_become_version_0_0(put, spec, catalogue, now):
    catalogue.add_task("greet")
    built = spec()
    for _ in range(5):
        built.task("greet")
    stored = put(built.exit())
    assert (stored.id.name, stored.id.major_version, stored.id.revision) == ("greet", 0, 0)
    assert (stored.status, stored.created_at) == (ACTIVE, now)
    assert len(stored.thread_specs["main"].nodes) == 7


class TestTask:
    def test_its_task_def_must_exist(self, put, spec):
        with pytest.raises(DefinitionInvalid, match="TaskDef greet does not exist"):
            put(spec().task("greet").exit())

    def test_it_gives_as_many_inputs_as_the_task_def_takes(self, put, spec, catalogue):
        catalogue.add_task("greet", STR, INT)
        with pytest.raises(DefinitionInvalid, match="2 inputs"):
            put(spec().task("greet", spec.literal(str="x")).exit())

    def test_an_int_goes_where_a_str_is_wanted(self, put, spec, catalogue):
        catalogue.add_task("greet", STR)
        assert put(spec().variable("x", INT).task("greet", spec.var("x")).exit())

    @pytest.mark.parametrize(("given", "wanted"), [(STR, INT), (STR, DOUBLE), (DOUBLE, INT)])
    def test_what_needs_a_cast_is_refused_without_one(self, put, spec, catalogue, given, wanted):
        catalogue.add_task("greet", wanted)
        with pytest.raises(DefinitionInvalid, match=r"(?i)without explicit casting"):
            put(spec().variable("x", given).task("greet", spec.var("x")).exit())

    def test_a_cast_makes_it_fit(self, put, spec, catalogue):
        catalogue.add_task("greet", INT)
        cast = spec.var("x", target_type=TypeDefinition(primitive_type=INT))
        assert put(spec().variable("x", STR).task("greet", cast).exit())

    @pytest.mark.parametrize("given", [DOUBLE, INT])
    def test_a_cast_that_cannot_be_is_refused(self, put, spec, catalogue, given):
        catalogue.add_task("greet", BOOL)
        cast = spec.var("x", target_type=TypeDefinition(primitive_type=BOOL))
        with pytest.raises(DefinitionInvalid, match="Cannot cast from"):
            put(spec().variable("x", given).task("greet", cast).exit())

    def test_the_output_of_an_earlier_node_is_typed(self, put, spec, catalogue):
        catalogue.add_task("name", output=STR)
        catalogue.add_task("count", INT)
        with pytest.raises(DefinitionInvalid, match="STR"):
            put(spec().task("name").task("count", spec.output("1-task")).exit())

    def test_what_is_taken_from_json_may_be_anything(self, put, spec, catalogue):
        catalogue.add_task("count", INT)
        path = spec.var("x", json_path="$.age")
        assert put(spec().variable("x", JSON_ARR).task("count", path).exit())

    def test_its_timeout_is_a_minute_unless_said_otherwise(self, put, spec, catalogue):
        catalogue.add_task("greet")
        stored = put(spec().task("greet").task("greet", timeout_seconds=5).exit())
        nodes = stored.thread_specs["main"].nodes
        assert [nodes[name].task.timeout_seconds for name in ("1-task", "2-task")] == [60, 5]

    @pytest.mark.parametrize(
        "settings",
        [
            {"retries": -1},
            {"timeout_seconds": -1},
            {"exponential_backoff": {}},
            {"exponential_backoff": BACKOFF | {"base_interval_ms": 0}},
            {"exponential_backoff": BACKOFF | {"multiplier": 0.9}},
            {"exponential_backoff": BACKOFF | {"multiplier": float("nan")}},
            {"exponential_backoff": BACKOFF | {"multiplier": float("inf")}},
            {"exponential_backoff": BACKOFF | {"max_delay_ms": 99}},
        ],
    )
    def test_retries_that_make_no_sense_are_refused(self, put, spec, catalogue, settings):
        catalogue.add_task("greet")
        with pytest.raises(DefinitionInvalid, match=r"nodes\[1-task\]"):
            put(spec().task("greet", **settings).exit())

    def test_retries_that_make_sense_are_kept(self, put, spec, catalogue):
        catalogue.add_task("greet")
        stored = put(spec().task("greet", retries=3, exponential_backoff=BACKOFF).exit())
        task = stored.thread_specs["main"].nodes["1-task"].task
        assert task.retries == 3
        assert task.exponential_backoff.max_delay_ms == 1000

    def test_what_is_computed_needs_no_task_def_and_may_be_given_any_inputs(self, put, spec):
        task = {"dynamic_task": spec.var("which"), "variables": [spec.literal(bool=True)]}
        stored = put(spec().variable("which", STR).then(task=task).exit())
        assert stored.thread_specs["main"].nodes["1-task"].task.timeout_seconds == 60

    def test_what_is_computed_comes_from_declared_variables(self, put, spec):
        with pytest.raises(DefinitionInvalid, match="which"):
            put(spec().then(task={"dynamic_task": spec.var("which")}).exit())

    def test_output_of_what_is_computed_fits_every_input(self, put, spec, catalogue):
        catalogue.add_task("count", INT)
        dynamic = spec().then(task={"dynamic_task": spec.literal(str="greet")})
        assert put(dynamic.task("count", spec.output("1-task")).exit())


class TestExternalEvent:
    def test_its_definition_must_exist(self, put, spec):
        with pytest.raises(DefinitionInvalid, match="ExternalEventDef signed does not exist"):
            put(spec().wait("signed").exit())

    def test_its_timeout_may_be_of_any_type(self, put, spec, catalogue):
        catalogue.add_event("signed")
        assert put(spec().wait("signed", timeout_seconds=spec.literal(str="7")).exit())

    def test_its_content_is_typed_if_the_definition_is(self, put, spec, catalogue):
        catalogue.add_event("signed", STR)
        catalogue.add_task("count", INT)
        with pytest.raises(DefinitionInvalid, match="STR"):
            put(spec().wait("signed").task("count", spec.output("1-external_event")).exit())

    def test_its_content_may_be_anything_if_the_definition_does_not_say(self, put, spec, catalogue):
        catalogue.add_event("signed")
        catalogue.add_task("count", INT)
        assert put(spec().wait("signed").task("count", spec.output("1-external_event")).exit())


class TestSleep:
    @pytest.mark.parametrize(
        ("form", "kind"),
        [("raw_seconds", INT), ("timestamp", INT), ("timestamp", TIMESTAMP), ("iso_date", STR)],
    )
    def test_it_takes_what_can_be_a_time(self, put, spec, form, kind):
        assert put(spec().variable("x", kind).then(sleep={form: spec.var("x")}).exit())

    @pytest.mark.parametrize(
        ("form", "kind"), [("raw_seconds", STR), ("timestamp", STR), ("iso_date", TIMESTAMP)]
    )
    def test_it_takes_nothing_else(self, put, spec, form, kind):
        with pytest.raises(DefinitionInvalid, match=form):
            put(spec().variable("x", kind).then(sleep={form: spec.var("x")}).exit())


class TestExit:
    def fail(self, spec, name, **settings):
        failure = {"failure_name": name, **settings}
        return spec().then(exit={"failure_def": failure})

    def test_it_may_fail_under_a_name(self, put, spec):
        assert put(self.fail(spec, "out-of-stock", content=spec.literal(int=3)))

    @pytest.mark.parametrize("name", ["", "out_of_stock", *LHErrorType.keys()])
    def test_it_may_not_fail_under_other_names(self, put, spec, name):
        with pytest.raises(DefinitionInvalid, match="failure_name"):
            put(self.fail(spec, name))

    def test_all_give_back_the_same_type(self, put, spec):
        built = spec().exit(spec.literal(int=1)).exit(spec.literal(str="x"))
        with pytest.raises(DefinitionInvalid, match="returned different output types"):
            put(built)

    def test_all_give_something_back_or_none_does(self, put, spec):
        something_first = spec().exit(spec.literal(int=1)).exit()
        nothing_first = spec().exit().exit(spec.literal(int=1))
        for built in (something_first, nothing_first):
            with pytest.raises(DefinitionInvalid, match="returns non-void"):
                put(built)

    def test_what_is_taken_from_json_is_not_nothing(self, put, spec):
        unknown = spec.var("x", json_path="$.a")
        with pytest.raises(DefinitionInvalid, match="returns void"):
            put(spec().variable("x", JSON_ARR).exit(unknown).exit())

    def test_what_is_taken_from_json_agrees_with_any_type(self, put, spec):
        unknown = spec.var("x", json_path="$.a")
        assert put(spec().variable("x", JSON_ARR).exit(unknown).exit(spec.literal(int=1)))

    def test_a_failure_agrees_with_anything(self, put, spec):
        assert put(self.fail(spec, "oops").exit(spec.literal(int=1)))

    def test_its_content_must_make_sense(self, put, spec):
        product = spec.expression(
            spec.literal(str="a"), spec.literal(int=2), mutation_type=MULTIPLY
        )
        for built in (spec().exit(product), self.fail(spec, "oops", content=product)):
            with pytest.raises(DefinitionInvalid, match=r"(?i)multiply"):
                put(built)


def test_the_output_of_a_node_of_another_thread_cannot_be_taken(put, spec):
    built = spec().exit(spec.output("1-sleep"))
    built.thread("other").then(sleep={"raw_seconds": spec.literal(int=1)}).exit()
    with pytest.raises(DefinitionInvalid, match="node 1-sleep"):
        put(built)


def thrown(spec, **content):
    event = {"event_def_id": {"name": "shipped"}, **content}
    return spec().then(throw_event=event)


def test_what_is_thrown_must_be_defined(put, spec):
    with pytest.raises(DefinitionInvalid, match="WorkflowEventDef shipped does not exist"):
        put(thrown(spec).exit())


def test_anything_may_be_thrown(put, spec, catalogue):
    catalogue.add_workflow_event("shipped")
    assert put(thrown(spec).exit())
    assert put(thrown(spec, content=spec.literal(int=7)).exit())


def test_what_is_thrown_must_be_possible(put, spec, catalogue):
    catalogue.add_workflow_event("shipped")
    for content in (spec.var("gone"), spec.output("gone")):
        with pytest.raises(DefinitionInvalid):
            put(thrown(spec, content=content).exit())


def test_a_moment_can_be_slept_until(put, spec):
    moment = spec.literal(utc_timestamp=Timestamp(seconds=1_900_000_000))
    assert put(spec().then(sleep={"timestamp": moment}).exit())
