"""What tasks are given: variables, literals and parts of JSON, cast to what they take."""

from datetime import UTC, datetime

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import status_pb2 as status
from hitchpost.v1 import task_pb2 as tasks
from hitchpost.v1 import value_pb2 as values


def put(world, write, takes=None, returns=None):
    world.put_task_def("take", takes or {}, returns)
    world.put_workflow(hitchpost.workflow("any")(write))


@pytest.fixture
def run(world):
    return RunView(world)


def given(world, guid="0-1"):
    """The inputs of a task as its worker sees them."""
    return [one.value for one in world.start_task(guid).variables]


def test_variables_and_literals_are_given_in_their_order(world, run):
    def write(wf):
        number = wf.input("number", int)
        wf.task("take", number, "text", 2.5, None)

    put(world, write, {"a": int, "b": str, "c": float, "d": bool})
    world.start("any", number=7)
    assert [hitchpost.from_value(one) for one in given(world)] == [7, "text", 2.5, None]


def test_a_moment_stays_what_it_is_however_often_it_is_given(world):
    moment = datetime(2030, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)

    def write(wf):
        at = wf.input("at", datetime)
        wf.task("take", at, at, at, at, at)

    put(world, write, {name: datetime for name in "abcde"})
    world.start("any", at=moment)
    assert [hitchpost.from_value(one) for one in given(world)] == [moment] * 5


def test_the_id_of_a_run_is_a_value_like_others(world, run):
    whose = ids.WfRunId(id="b", parent_wf_run_id=ids.WfRunId(id="a"))

    def write(wf):
        default = wf.variable("default", ids.WfRunId, default=whose)
        kept = wf.variable("kept", ids.WfRunId)
        wf.set(kept, wf.task("take", default, wf.input("input", ids.WfRunId)))

    put(world, write, {"a": ids.WfRunId, "b": ids.WfRunId}, returns=ids.WfRunId)
    world.start("any", input=whose)
    assert [one.wf_run_id for one in given(world)] == [whose, whose]
    world.report("0-1", whose)
    assert run.variable("kept") == whose


CAST = [
    (int, 42, "42"),
    (float, 3.14, "3.14"),
    (float, 5.0, "5.0"),
    (bool, True, "true"),
]


@pytest.mark.parametrize(("kind", "value", "text"), CAST)
def test_what_is_plain_becomes_text_by_itself(world, kind, value, text):
    put(world, lambda wf: wf.task("take", wf.input("x", kind)), {"x": str})
    world.start("any", x=value)
    assert given(world)[0].str == text


def test_a_whole_number_becomes_a_double_by_itself(world):
    put(world, lambda wf: wf.task("take", wf.input("x", int)), {"x": float})
    world.start("any", x=42)
    assert given(world)[0].double == 42.0


@pytest.mark.parametrize(
    ("kind", "value", "wanted", "result"),
    [
        (str, "42", int, 42),
        (str, "3.14", float, 3.14),
        (str, "true", bool, True),
        (float, 4.4, int, 4),
    ],
)
def test_other_casts_are_made_where_they_are_written(world, kind, value, wanted, result):
    put(world, lambda wf: wf.task("take", wf.input("x", kind).cast(wanted)), {"x": wanted})
    world.start("any", x=value)
    assert hitchpost.from_value(given(world)[0]) == result


def test_a_cast_that_turns_out_impossible_fails_the_node(world, run):
    put(world, lambda wf: wf.task("take", wf.input("x", str).cast(int)), {"x": int})
    world.start("any", x="many")
    assert (run.status, run.failures(0, 1)) == ("ERROR", ["VAR_SUB_ERROR"])


def test_values_are_cast_from_step_to_step(world, run):
    def write(wf):
        text = wf.input("text", str)
        number, fraction = wf.variable("number", int), wf.variable("fraction", float)
        wf.set(number, text.cast(int) * 2)
        wf.set(fraction, number * 1.5)
        wf.set(number, (fraction * 2).cast(int))
        wf.task("take", number)

    put(world, write, {"x": str})
    world.start("any", text="100")
    assert given(world)[0].str == "600"
    assert (run.variable("fraction"), run.variable("number")) == (300.0, 600)


class TestPartsOfJson:
    ORDER = {"name": "Ada", "count": 5, "price": 2.5, "home": {"city": "Zurich"}}

    def write(self, path):
        def workflow(wf):
            wf.task("take", wf.input("order", dict).path(path))

        return workflow

    @pytest.mark.parametrize(
        ("path", "takes", "found"),
        [
            ("$.name", str, "Ada"),
            ("$.count", int, 5),
            ("$.count", str, "5"),
            ("$.home", dict, {"city": "Zurich"}),
            ("$", dict, ORDER),
            ("$.gone", int, None),
        ],
    )
    def test_any_part_may_be_an_input(self, world, path, takes, found):
        put(world, self.write(path), {"part": takes})
        world.start("any", order=self.ORDER)
        assert hitchpost.from_value(given(world)[0]) == found

    @pytest.mark.parametrize(("path", "named"), [("$.name", "STR"), ("$.price", "DOUBLE")])
    def test_a_part_that_does_not_fit_fails_the_node_by_name(self, world, run, path, named):
        put(world, self.write(path), {"part": int})
        world.start("any", order=self.ORDER)
        assert (run.status, run.thread(0).current_node_position) == ("ERROR", 1)
        [failure] = run.node(0, 1).failures
        assert failure.failure_name == "VAR_SUB_ERROR"
        assert named in failure.message
        assert not run.node(0, 1).task.HasField("task_run_id")


def test_null_is_given_and_the_worker_may_refuse_it(world, run):
    put(world, lambda wf: wf.task("take", wf.input("x", int)), {"x": int})
    world.start("any", x=None)
    assert given(world)[0] == values.VariableValue()
    error = tasks.LHTaskError(type=status.VAR_SUB_ERROR, message="x is None")
    world.report("0-1", status=tasks.TASK_INPUT_VAR_SUB_ERROR, error=error)
    assert (run.status, run.failures(0, 1)) == ("ERROR", ["VAR_SUB_ERROR"])


def test_a_moment_is_an_output_too(world, run):
    moment = datetime(2030, 1, 2, tzinfo=UTC)

    def write(wf):
        wf.set(wf.variable("at", datetime), wf.task("take"))

    put(world, write, returns=datetime)
    world.start("any")
    world.do_task("0-1", moment)
    assert run.status == "COMPLETED"
    assert run.variable("at").ToDatetime(tzinfo=UTC) == moment
