"""Variables as they change while a run moves: one edge after another, all of it or nothing."""

import pytest
from run_view import RunView

import hitchpost
from hitchpost.v1 import value_pb2 as values
from hitchpost_server.engine.rows import VariableRow


def put(world, write, *task_names):
    for name in task_names:
        world.put_task_def(name, {}, returns=str)
    world.put_workflow(hitchpost.workflow("any")(write))


@pytest.fixture
def run(world):
    return RunView(world)


def value(world, name):
    return hitchpost.from_value(world.found(values.Variable, VariableRow, "r", 0, name).value)


def calculating(wf):
    number = wf.variable("number", int, default=5)
    fraction = wf.variable("fraction", int)
    divisor = wf.input("divisor", int)
    wf.set(number, number + 10)
    wf.set(number, number - 2)
    wf.task("pause")
    wf.set(fraction, wf.variable("given", float, default=24.2).cast(int))
    wf.set(fraction, fraction / divisor)


def test_numbers_change_from_edge_to_edge(world):
    put(world, calculating, "pause")
    world.start("any", divisor=13)
    world.do_task("0-1", "")
    assert (value(world, "number"), value(world, "fraction")) == (13, 1)


def test_an_edge_that_divides_by_zero_changes_nothing_and_what_was_before_stays(world, run):
    put(world, calculating, "pause")
    world.start("any", divisor=0)
    world.do_task("0-1", "")
    assert (run.status, run.failures(0, 1)) == ("ERROR", ["VAR_SUB_ERROR"])
    assert (value(world, "number"), value(world, "fraction")) == (13, None)


def test_a_failing_edge_out_of_the_entrypoint_fails_that_node(world, run):
    def write(wf):
        x = wf.variable("x", int, default=1)
        wf.set(x, x / 0)

    put(world, write)
    world.start("any")
    assert (run.status, run.thread(0).current_node_position) == ("ERROR", 0)
    [failure] = run.node(0, 0).failures
    assert "divide by zero" in failure.message


def test_null_can_be_assigned(world):
    def write(wf):
        wf.set(wf.variable("x", str, default="something"), None)

    put(world, write)
    world.start("any")
    assert value(world, "x") is None


def removing(wf):
    items = wf.input("items", list)
    wf.set(items, items.remove(5))
    wf.set(items, items.remove("five"))
    wf.set(items, items.remove_index(wf.input("index", int)))


def test_items_are_removed_by_what_they_are_and_by_where_they_are(world, run):
    put(world, removing)
    world.start("any", items=[5, "five", 0, 1, 2, 3, 5, 5.0], index=3)
    assert (run.status, value(world, "items")) == ("COMPLETED", [0, 1, 2, 5.0])


def test_an_item_that_is_not_there_cannot_be_removed_by_its_index(world, run):
    put(world, removing)
    world.start("any", items=[5, "five"], index=3)
    assert (run.status, value(world, "items")) == ("ERROR", [5, "five"])


@pytest.mark.parametrize(("key", "left"), [("a", {"b": 2}), ("gone", {"a": 1, "b": 2})])
def test_a_key_is_removed_whether_it_is_there_or_not(world, run, key, left):
    def write(wf):
        thing = wf.variable("thing", dict, default={"a": 1, "b": 2})
        wf.set(thing, thing.remove_key(key))

    put(world, write)
    world.start("any")
    assert (run.status, value(world, "thing")) == ("COMPLETED", left)


def test_parts_of_json_change_in_their_place(world):
    def write(wf):
        thing = wf.variable("thing", dict, default={"a": 5, "b": {"c": 1}})
        wf.set(thing["a"], thing["a"] + 11)
        wf.set(thing["new"], True)
        wf.set(thing["b"]["d"], "deep")

    put(world, write)
    world.start("any")
    assert value(world, "thing") == {"a": 16, "b": {"c": 1, "d": "deep"}, "new": True}


def test_a_part_below_what_is_not_there_cannot_be_set(world, run):
    def write(wf):
        thing = wf.variable("thing", dict, default={})
        wf.set(thing["gone"]["part"], 1)

    put(world, write)
    world.start("any")
    assert (run.failures(0), value(world, "thing")) == (["VAR_SUB_ERROR"], {})
    assert "missing property" in run.node(0).failures[0].message


COMPUTED = [
    (str, "a", lambda x: x.extend("b"), "ab"),
    (int, 2, lambda x: x + 3, 5),
    (int, 5, lambda x: (x / 2).cast(float), 2.0),
    (float, 5.0, lambda x: x / 2, 2.5),
    (int, 5, lambda x: x / 2.0, 2.5),
    (float, 5.0, lambda x: x / 2.0, 2.5),
    (int, 2, lambda x: (x > 1) & (x > 2), False),
    (int, 2, lambda x: (x > 1) | (x > 2), True),
    (str, "four", lambda x: x.size(), 4),
    (list, [1, [2, 3]], lambda x: x.size(), 2),
]


@pytest.mark.parametrize(("kind", "given", "compute", "result"), COMPUTED)
def test_what_was_computed_is_assigned_and_no_operand_changes(world, kind, given, compute, result):
    def write(wf):
        given_in = wf.input("given", kind)
        wf.set(wf.variable("result", type(result)), compute(given_in))

    put(world, write)
    world.start("any", given=given)
    assert (value(world, "result"), type(value(world, "result"))) == (result, type(result))
    assert value(world, "given") == given


def test_a_quotient_of_whole_numbers_is_whole_even_in_a_double(world):
    def write(wf):
        wf.set(wf.variable("half", float), wf.input("number", int) / 2)

    put(world, write)
    world.start("any", number=5)
    assert value(world, "half") == 2.0


def test_a_price_is_computed_as_a_double_and_cut_off_in_an_int(world):
    def write(wf):
        quantity, price = wf.input("quantity", int), wf.input("price", float)
        total = quantity * price * (1.0 - wf.input("discount", int) / 100.0)
        wf.set(wf.variable("exact", float), total)
        wf.set(wf.variable("cut", int), total)

    put(world, write)
    world.start("any", quantity=10, price=100.3, discount=10)
    assert value(world, "exact") == pytest.approx(902.7)
    assert value(world, "cut") == 902


@pytest.mark.parametrize(
    ("compute", "problem"),
    [
        (lambda given: given["number"] / given["zero"], "divide by zero"),
        (lambda given: given["number"] * given["nothing"], "null"),
        (lambda given: given["number"].size(), "resolve size()"),
    ],
)
def test_what_cannot_be_computed_fails_the_node(world, run, compute, problem):
    def write(wf):
        wf.set(wf.variable("result", float), compute(wf.input("given", dict)))

    put(world, write)
    world.start("any", given={"number": 5, "zero": 0, "nothing": None})
    assert (run.status, run.failures(0)) == ("ERROR", ["VAR_SUB_ERROR"])
    assert problem in run.node(0).failures[0].message


def test_sizes_serve_conditions_and_tasks_too(world, run):
    def write(wf):
        items = wf.input("items", list)
        with wf.when(items.size() > 2):
            wf.task("count", items.size())

    world.put_task_def("count", {"size": int})
    put(world, write)
    world.start("any", items=[1, 2, 3])
    assert world.start_task("0-2").variables[0].value.int == 3
